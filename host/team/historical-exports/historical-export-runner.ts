import { describeError } from "../../describe-error.ts";
import type { TeamDatabase } from "../database.ts";
import { measureExport } from "../follow-ups/export-metrics.ts";
import { exportSettings } from "../follow-ups/export-settings.ts";
import { decideFate, waitOf } from "../follow-ups/follow-up-fate.ts";
import type { Metrics } from "../insight/metrics.ts";
import { attribute, type Outcomes } from "../insight/outcomes.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { CLOSED_PAUSE_MS, type PluginConfig } from "../plugins/plugin-config.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { Budget } from "../work/budget.ts";
import type { Sideline } from "../work/sideline.ts";
import { Turns } from "../work/turns.ts";
import { type EventPage, type EventPages, exportedEvent, type NoPage } from "./event-pages.ts";
import type { HistoricalExport, HistoricalExports } from "./historical-exports.ts";
import { advance, isOver, MAX_FAILURES, progressOf, windowEnd } from "./progress.ts";

export interface HistoricalExportRunnerDeps {
  db: TeamDatabase;
  historicalExports: HistoricalExports;
  metrics: Metrics;
  outcomes: Outcomes;
  pages: EventPages;
  plugins: TeamPlugins;
  requests: RequestWriter;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  now(): number;
  random(): number;
}

/** Configs whose old events are exported at a time: the platform has six connections for all that an object does. */
const MAX_CONFIGS = 2;

/** How long exports rest after a failure of the host, such as a registry that cannot be reached. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** PostHog's words. */
const NO_BOUND =
  "Unable to determine the lower timestamp bound for the export automatically. Please specify a 'dateFrom' value.";

type Running = HistoricalExport & { reached: number };

/** Exports old events of a team, page by page: at least once, and one page after the other. How far it has come is written with the end of each call. */
export class HistoricalExportRunner implements Sideline {
  readonly #deps: HistoricalExportRunnerDeps;
  readonly #busy = new Set<number>();
  #restUntil = 0;

  constructor(deps: HistoricalExportRunnerDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    if (this.#busy.size >= MAX_CONFIGS) return null;
    const dueAt = this.#deps.historicalExports.nextDue([...this.#busy]);
    return dueAt === null ? null : Math.max(dueAt, this.#restUntil);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const { historicalExports, now } = this.#deps;
    if (this.#busy.size >= MAX_CONFIGS || now() < this.#restUntil) return null;
    const row = historicalExports.next(now(), [...this.#busy]);
    if (!row) return null;
    const { pluginConfigId } = row;
    this.#busy.add(pluginConfigId);
    // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
    if (isSuspicious) this.#tryAgain(row, "the host was ended in the middle of it");
    return this.#runAll(row, budget).finally(() => this.#busy.delete(pluginConfigId));
  }

  async #runAll(first: HistoricalExport, budget: Budget): Promise<void> {
    const { historicalExports, now } = this.#deps;
    const turns = new Turns(now);
    let row: HistoricalExport | undefined = first;
    try {
      while (row?.dueAt != null && row.dueAt <= now() && budget.isLeft) {
        const fuel = await this.#step(row);
        budget.spend(fuel);
        await turns.after(fuel);
        row = historicalExports.find(row.pluginConfigId);
      }
    } catch (error) {
      console.error(`historical exports rest: ${describeError(error)}`);
      this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
    }
  }

  /** @returns the fuel that it took */
  async #step(row: HistoricalExport): Promise<number> {
    const { historicalExports, now, plugins } = this.#deps;
    const config = await plugins.use(async (all) => find(all, row)?.config);
    if (!config) historicalExports.settle(plugins.configs);
    else if (config.closed !== undefined) historicalExports.change(row, { dueAt: now() + CLOSED_PAUSE_MS });
    else if (!config.methods.includes("exportEvents"))
      this.#fail(row, "this version of the plugin has no exportEvents");
    else if (row.attempts > MAX_FAILURES) this.#fail(row, row.error ?? "it was tried too often");
    else if (row.reached === null) await this.#findFirst(row, config);
    else return this.#exportPage({ ...row, reached: row.reached }, config);
    return 0;
  }

  async #findFirst(row: HistoricalExport, config: PluginConfig): Promise<void> {
    const { historicalExports, now, pages } = this.#deps;
    const first = await pages.firstTime(config);
    if ("reason" in first) return this.#withoutPage(row, first);
    if (first.at === null) return this.#fail(row, NO_BOUND);
    const changes = { dateFrom: first.at, reached: first.at, attempts: 0, error: null, dueAt: now() };
    historicalExports.change(row, changes);
    return undefined;
  }

  async #exportPage(row: Running, config: PluginConfig): Promise<number> {
    const { now, pages, plugins } = this.#deps;
    if (isOver(row)) {
      this.#end(row);
      return 0;
    }
    const { reached: from, skip, pageSize: limit } = row;
    const page = await pages.read(config, { from, to: windowEnd(row), skip, limit });
    if ("reason" in page) {
      this.#withoutPage(row, page);
      return 0;
    }
    const { ignored } = exportSettings(config);
    const events = page.events.filter(({ event: { event } }) => typeof event !== "string" || !ignored.has(event));
    if (events.length === 0) {
      this.#advance(row, page, 0);
      return 0;
    }
    return plugins.use(async (all) => {
      const plugin = find(all, row);
      // What has changed meanwhile is looked at with the next step.
      if (plugin?.config.revision !== config.revision) return 0;
      return this.#call(
        row,
        plugin,
        page,
        events.map(({ event }) => exportedEvent(event, config.teamId, now())),
      );
    });
  }

  async #call(row: Running, plugin: Plugin, page: EventPage, events: object[]): Promise<number> {
    const { db, metrics, outcomes, requests, now } = this.#deps;
    const { config } = plugin;
    const { pluginConfigId, startedAt, reached, skip, dueAt } = row;
    const result = await plugin.call({
      function: "exportEvents",
      args: [JSON.stringify(events)],
      messages: [],
      hops: 0,
      ingestId: `historical-export:${pluginConfigId}:${startedAt}:${reached}:${skip}`,
      at: dueAt ?? now(),
    });
    const { outcome } = result;
    const fate = decideFate({ function: "exportEvents", attempts: row.attempts }, config, result);
    const asked = await requests.prepare(result.requests);
    try {
      db.transaction(() => {
        requests.write(asked);
        measureExport(metrics, pluginConfigId, events.length, outcome, fate);
        outcomes.record(attribute(config, outcome), null, now());
        const why = outcome.message ?? outcome.kind;
        if (fate === "done") this.#advance(row, page, outcome.kind === "ok" ? events.length : 0);
        else if (fate === "retry") this.#tryAgain(row, why);
        else this.#fail(row, why);
      });
    } catch (error) {
      await requests.discard(asked);
      throw error;
    }
    return outcome.fuel;
  }

  #advance(row: Running, page: EventPage, exported: number): void {
    const { historicalExports, now } = this.#deps;
    const next = { ...row, ...advance(row, page), exported: row.exported + exported };
    const { reached, skip, windowMs } = next;
    const changes = { reached, skip, windowMs, exported: next.exported, attempts: 0, error: null, dueAt: now() };
    if (!historicalExports.change(row, changes)) return;
    if (isOver(next)) return this.#end(next);
    const [before, after] = [tenths(row), tenths(next)];
    if (after > before) historicalExports.tell(row, "INFO", `${after * 10} %, ${next.exported} events exported`);
  }

  #end(row: HistoricalExport): void {
    const { historicalExports } = this.#deps;
    if (historicalExports.finish(row, "done", null))
      historicalExports.tell(row, "INFO", `Done exporting all events, ${row.exported} of them`);
  }

  #withoutPage(row: HistoricalExport, { reason, mayPass, isTooLarge, retryAfterMs }: NoPage): void {
    if (isTooLarge && row.pageSize > 1)
      this.#deps.historicalExports.change(row, { pageSize: Math.ceil(row.pageSize / 2) });
    else if (mayPass && row.attempts < MAX_FAILURES) this.#tryAgain(row, reason, retryAfterMs);
    else this.#fail(row, reason);
  }

  #tryAgain(row: HistoricalExport, why: string, waitMs?: number): void {
    const { historicalExports, now, random, redact } = this.#deps;
    const wait = waitMs ?? waitOf({ function: "exportEvents", attempts: row.attempts }, random());
    historicalExports.change(row, { attempts: row.attempts + 1, dueAt: now() + wait, error: redact(why) });
  }

  #fail(row: HistoricalExport, why: string): void {
    const { historicalExports, redact } = this.#deps;
    if (!historicalExports.finish(row, "failed", redact(why))) return;
    const reached = row.reached === null ? "" : ` It has come to ${new Date(row.reached).toISOString()}.`;
    historicalExports.tell(row, "ERROR", `given up after ${row.exported} events: ${why}.${reached}`);
  }
}

const find = (plugins: readonly Plugin[], { pluginConfigId }: HistoricalExport): Plugin | undefined =>
  plugins.find(({ config }) => config.id === pluginConfigId);

const tenths = (row: HistoricalExport): number => Math.floor((progressOf(row) ?? 0) * 10);
