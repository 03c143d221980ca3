import type { Capabilities } from "../../../wit/generated/contract.ts";
import type { MetricKind } from "../../protocol.ts";
import { makeError } from "../globals/errors.ts";
import { GuestProxy, entries, fromEntries, hasOwn } from "../primordials.ts";

type Operation = Parameters<Capabilities["metrics"]["write"]>[1];

const OPERATION_OF_KIND: Record<MetricKind, Operation> = { sum: "increment", max: "max", min: "min" };

/** Name and kind of each of a plugin's exported `metrics`. */
export function metricKinds(exported: unknown): [string, MetricKind][] {
  if (typeof exported !== "object" || exported === null) return [];
  const declared = entries(exported)
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .map(([name, kind]) => [name, kind.toLowerCase()] as const);
  const kinds = declared.filter((entry): entry is [string, MetricKind] => hasOwn(OPERATION_OF_KIND, entry[1]));
  if (kinds.length === declared.length) return kinds;
  const invalid = declared.map(([, kind]) => kind).filter((kind) => !hasOwn(OPERATION_OF_KIND, kind));
  throw makeError(
    "IllegalOperationError",
    `Only 'sum', 'max', and 'min' are supported as metric types. Invalid types received: ${invalid.join(", ")}`,
  );
}

/** `meta.metrics`: each declared metric has the one method of its kind. */
export function makeMetrics(host: Capabilities["metrics"], kinds: [string, MetricKind][]): object {
  const metrics = kinds.map(([name, kind]) => {
    const operation = OPERATION_OF_KIND[kind];
    const write = (value: unknown): void => {
      if (typeof value !== "number")
        throw makeError("IllegalOperationError", "Only numbers are allowed for operations on metrics");
      host.write(name, operation, value);
    };
    return [name, { [operation]: write }] as const;
  });
  return new GuestProxy(fromEntries(metrics) as Record<PropertyKey, unknown>, {
    get(declared, name) {
      if (typeof name === "symbol" || hasOwn(declared, name)) return declared[name];
      throw makeError("IllegalOperationError", "Invalid metric name");
    },
  });
}
