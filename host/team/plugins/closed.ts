import type { Meter } from "../quotas/meter.ts";
import { describeSpent } from "../quotas/quota-spent.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { SetupFailure } from "./setup-failures.ts";

/** Why nothing of a plugin is run at the moment, if so: somebody has stopped it, or its team has no fuel left. */
export function closedBy({ closed }: PluginConfig, meter: Pick<Meter, "spent">): SetupFailure | undefined {
  const outcome = { function: "setupPlugin", fuel: 0 };
  if (closed !== undefined) return new SetupFailure({ ...outcome, kind: "denied", message: closed });
  const quota = meter.spent("fuel_per_day");
  return quota && new SetupFailure({ ...outcome, kind: "limit", message: describeSpent(quota), quota });
}
