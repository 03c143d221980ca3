import type { PosthogAccount } from "../../capabilities/posthog-api.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { HistoricalExport, HistoricalExports } from "./historical-exports.ts";

export interface ExportDeskDeps {
  historicalExports: HistoricalExports;
  plugins: TeamPlugins;
}

/** What people do with the export of a config's old events: begin it, look at it, cancel it. */
export class ExportDesk {
  readonly #deps: ExportDeskDeps;

  constructor(deps: ExportDeskDeps) {
    this.#deps = deps;
  }

  /**
   * Begins one.
   * @param dateFrom milliseconds since the epoch; null for the time of PostHog's first event
   * @param dateTo the time before which the last event is
   * @returns why not, or null
   */
  async begin(pluginConfigId: number, dateFrom: number | null, dateTo: number): Promise<string | null> {
    const { historicalExports, plugins } = this.#deps;
    await plugins.destination();
    const missing = whatLacks(plugins.account);
    if (missing !== null) return missing;
    const before = historicalExports.find(pluginConfigId);
    if (before?.state === "running")
      return `one is under way since ${new Date(before.startedAt).toISOString()}; cancel it first`;
    historicalExports.begin(pluginConfigId, dateFrom, dateTo);
    return null;
  }

  find(pluginConfigId: number): HistoricalExport | null {
    return this.#deps.historicalExports.find(pluginConfigId) ?? null;
  }

  /** @returns whether one was under way */
  cancel(pluginConfigId: number): boolean {
    const { historicalExports } = this.#deps;
    const row = historicalExports.find(pluginConfigId);
    if (!row || !historicalExports.finish(row, "cancelled", null)) return false;
    historicalExports.tell(row, "INFO", `cancelled by hand after ${row.exported} events`);
    return true;
  }
}

/** What a team has to set before its events can be read. */
function whatLacks(account: PosthogAccount | null): string | null {
  if (account === null) return "the team is gone";
  if (account.host === null) return account.howToSet.host;
  return account.personalApiKey === null ? account.howToSet.personalApiKey : null;
}
