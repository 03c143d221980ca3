import type { TeamDatabase } from "../database.ts";
import { MAX_BATCH_LENGTH } from "../events/batch-length.ts";
import { measureExport } from "../follow-ups/export-metrics.ts";
import { exportSettings } from "../follow-ups/export-settings.ts";
import { decideFate } from "../follow-ups/follow-up-fate.ts";
import type { Metrics } from "../insight/metrics.ts";
import { attribute, type Outcomes } from "../insight/outcomes.ts";
import { withoutJobs } from "../plugins/invocation.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { EventPage, EventPages } from "./event-pages.ts";
import type { ExportCourse } from "./export-course.ts";
import { exportedEvent } from "./exported-event.ts";
import type { HistoricalExport, HistoricalExports } from "./historical-exports.ts";
import { isOver, MAX_FAILURES, type Running, windowEnd } from "./progress.ts";

export interface ExportStepDeps {
  db: TeamDatabase;
  historicalExports: HistoricalExports;
  course: ExportCourse;
  metrics: Metrics;
  outcomes: Outcomes;
  pages: EventPages;
  plugins: TeamPlugins;
  requests: RequestWriter;
  now(): number;
}

/** PostHog's words. */
const NO_BOUND =
  "Unable to determine the lower timestamp bound for the export automatically. Please specify a 'dateFrom' value.";

const TOO_MANY = "PostHog sends more events than it was asked for, and too much for one call";

/** One step of an export: its beginning is looked for, or a page is read and exported. */
export class ExportStep {
  readonly #deps: ExportStepDeps;

  constructor(deps: ExportStepDeps) {
    this.#deps = deps;
  }

  /** @param config the plugin's, undefined when it is gone or disabled. @returns the fuel that it took */
  async take(row: HistoricalExport, config: PluginConfig | undefined): Promise<number> {
    const { course, historicalExports, plugins } = this.#deps;
    if (!config) historicalExports.settle(plugins.configs);
    else if (!config.methods.includes("exportEvents"))
      course.fail(row, "this version of the plugin has no exportEvents");
    else if (row.attempts > MAX_FAILURES) course.fail(row, row.error ?? "it was tried too often");
    else if (row.reached === null) await this.#findFirst(row, config);
    else return this.#exportPage({ ...row, reached: row.reached }, config);
    return 0;
  }

  async #findFirst(row: HistoricalExport, config: PluginConfig): Promise<void> {
    const { course, historicalExports, now, pages } = this.#deps;
    const first = await pages.firstTime(config);
    if ("reason" in first) return course.withoutPage(row, first);
    if (first.at === null) return course.fail(row, NO_BOUND);
    const changes = { dateFrom: first.at, reached: first.at, attempts: 0, error: null, dueAt: now() };
    historicalExports.change(row, changes);
    return undefined;
  }

  async #exportPage(row: Running, config: PluginConfig): Promise<number> {
    const { course, now, pages, plugins } = this.#deps;
    if (isOver(row)) {
      course.end(row);
      return 0;
    }
    const { reached: from, skip, pageSize: limit } = row;
    const page = await pages.read(config, { from, to: windowEnd(row), skip, limit });
    if ("reason" in page) {
      course.withoutPage(row, page);
      return 0;
    }
    const { ignored } = exportSettings(config);
    const events = page.events
      .filter(({ event }) => typeof event !== "string" || !ignored.has(event))
      .map((event) => exportedEvent(event, config.teamId, now()));
    const json = JSON.stringify(events);
    if (events.length === 0) course.advance(row, page, 0);
    else if (events.length > 1 && json.length > MAX_BATCH_LENGTH) course.shrink(row, TOO_MANY);
    else
      return plugins.begin(row.pluginConfigId, async (plugin) =>
        // What has changed meanwhile is looked at with the next step.
        plugin?.config.revision === config.revision ? this.#call(row, plugin, page, events.length, json) : 0,
      );
    return 0;
  }

  /** @param json the events that are exported of the page, so many */
  async #call(row: Running, plugin: Plugin, page: EventPage, events: number, json: string): Promise<number> {
    const { course, db, metrics, outcomes, requests, now } = this.#deps;
    const { config } = plugin;
    const { pluginConfigId, startedAt, reached, skip, dueAt } = row;
    const result = await plugin.call({
      function: "exportEvents",
      args: [json],
      messages: [],
      hops: 0,
      ingestId: `historical-export:${pluginConfigId}:${startedAt}:${reached}:${skip}`,
      at: dueAt ?? now(),
    });
    const { outcome } = result;
    const fate = decideFate({ function: "exportEvents", attempts: row.attempts }, config, result);
    const asked = await requests.prepare(fate === "retry" ? withoutJobs(result.requests) : result.requests);
    try {
      db.transaction(() => {
        requests.write(asked);
        measureExport(metrics, pluginConfigId, events, outcome, fate);
        outcomes.record(attribute(config, outcome), null, now());
        const why = outcome.message ?? outcome.kind;
        if (fate === "done") course.advance(row, page, outcome.kind === "ok" ? events : 0);
        else if (fate === "retry") course.tryAgain(row, why);
        else course.fail(row, why);
      });
    } catch (error) {
      await requests.discard(asked);
      throw error;
    }
    return outcome.fuel;
  }
}
