import type { Capabilities } from "../../wit/generated/contract.ts";
import type { TeamDatabase } from "../team/database.ts";
import { Metrics } from "../team/metrics.ts";

/** `meta.metrics` in the team's tables. */
export function provideMetrics(db: TeamDatabase, pluginConfigId: number): Capabilities["metrics"] {
  const metrics = new Metrics(db);
  return {
    write(name, operation, value) {
      metrics.write(pluginConfigId, name, operation, value);
    },
  };
}
