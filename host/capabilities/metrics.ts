import type { Capabilities } from "../../wit/generated/contract.ts";
import type { Metrics } from "../team/metrics.ts";

/** `meta.metrics` of one plugin config. */
export function provideMetrics(metrics: Pick<Metrics, "write">, pluginConfigId: number): Capabilities["metrics"] {
  return {
    write: (name, operation, value) => metrics.write(pluginConfigId, name, operation, value),
  };
}
