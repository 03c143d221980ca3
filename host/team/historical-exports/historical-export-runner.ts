import { CLOSED_PAUSE_MS } from "../plugins/plugin-config.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import { ConfigLanes } from "../work/config-lanes.ts";
import type { Meter } from "../quotas/meter.ts";
import type { ExportCourse } from "./export-course.ts";
import type { ExportStep } from "./export-step.ts";
import type { HistoricalExports } from "./historical-exports.ts";

export interface HistoricalExportRunnerDeps {
  historicalExports: HistoricalExports;
  course: ExportCourse;
  step: ExportStep;
  meter: Meter;
  plugins: TeamPlugins;
  now(): number;
}

/**
 * Exports old events of a team, page by page: at least once, and one page of a config after the other. How far it has come is written with
 * the end of each call.
 */
export class HistoricalExportRunner {
  /** Where the work goes on, beside the events. */
  readonly lanes: ConfigLanes;
  readonly #deps: HistoricalExportRunnerDeps;

  constructor(deps: HistoricalExportRunnerDeps) {
    const { historicalExports, meter, now } = deps;
    this.#deps = deps;
    this.lanes = new ConfigLanes({
      what: "historical exports",
      queue: historicalExports,
      step: (configId, isSuspicious) => this.#next(configId, isSuspicious),
      meter,
      now,
    });
  }

  /** @returns the fuel it took, or null when the config has none that is due */
  async #next(configId: number, isSuspicious: boolean): Promise<number | null> {
    const { course, historicalExports, now, plugins, step } = this.#deps;
    const row = historicalExports.find(configId);
    if (row?.dueAt == null || row.dueAt > now()) return null;
    const config = await plugins.use(async (all) => all.find((plugin) => plugin.config.id === configId)?.config);
    if (config?.closed !== undefined) {
      this.lanes.rest(configId, now() + CLOSED_PAUSE_MS);
      return null;
    }
    // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
    if (isSuspicious) course.tryAgain(row, "the host was ended in the middle of it");
    return step.take(row, config);
  }
}
