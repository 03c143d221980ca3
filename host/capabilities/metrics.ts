import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { Invocation } from "../team/plugins/invocation.ts";
import { combine } from "../team/insight/metrics.ts";
import type { Metrics } from "../team/insight/metrics.ts";

/** Metrics of one config. */
const MAX_METRICS = 200;
/** Characters of a metric's name. */
const MAX_NAME = 200;

/** `meta.metrics` of one plugin config: what a call writes counts once the call's other results are written, however it ends. */
export function provideMetrics(
  metrics: Pick<Metrics, "namesOf">,
  pluginConfigId: number,
  invocation: Pick<Invocation, "requests">,
): Capabilities["metrics"] {
  return {
    write(name, operation, value) {
      if (name.length > MAX_NAME)
        throw new HostError(
          "RangeError",
          `metrics: a name has at most ${MAX_NAME} characters, this one has ${name.length}`,
        );
      const { measured } = invocation.requests;
      const same = measured.find((each) => each.name === name && each.operation === operation);
      if (same) {
        same.value = combine(operation, same.value, value);
        return;
      }
      const names = new Set([...metrics.namesOf(pluginConfigId), ...measured.map((each) => each.name), name]);
      if (names.size > MAX_METRICS)
        throw new HostError("RangeError", `metrics: a plugin has at most ${MAX_METRICS} of them`);
      measured.push({ pluginConfigId, name, operation, value });
    },
  };
}
