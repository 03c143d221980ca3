import type { Capabilities } from "../../wit/generated/contract.ts";
import type { TeamLog } from "../team/insight/log.ts";

/** `console`: entries of the plugin in the team's log. */
export function provideLog(log: Pick<TeamLog, "write">, pluginConfigId: number): Capabilities["log"] {
  return {
    write(level, message) {
      log.write({ pluginConfigId, source: "CONSOLE", type: level.toUpperCase(), message });
    },
  };
}
