import type { Capabilities } from "../../wit/generated/contract.ts";

type Operation = Parameters<Capabilities["metrics"]["write"]>[1];

/** What was written to each metric, in order. */
export type MetricWrites = Map<string, [Operation, number][]>;

/** `meta.metrics`, kept as written. */
export function provideMetrics(writes: MetricWrites): Capabilities["metrics"] {
  return {
    write(name, operation, value) {
      const list = writes.get(name) ?? [];
      writes.set(name, [...list, [operation, value]]);
    },
  };
}
