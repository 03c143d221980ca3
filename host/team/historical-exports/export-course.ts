import { MAX_EVENT_LEVELS } from "../../../runtime/json-depth.ts";
import { backoffMs } from "../../delivery/backoff.ts";
import { waitOf } from "../follow-ups/follow-up-fate.ts";
import type { EventPage, NoPage } from "./event-pages.ts";
import type { HistoricalExport, HistoricalExports } from "./historical-exports.ts";
import { advance, isOver, MAX_FAILURES, progressOf, type Running } from "./progress.ts";

export interface ExportCourseDeps {
  historicalExports: HistoricalExports;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  now(): number;
  random(): number;
}

/** How an export goes on: after a page, after a failure, at its end. */
export class ExportCourse {
  readonly #deps: ExportCourseDeps;

  constructor(deps: ExportCourseDeps) {
    this.#deps = deps;
  }

  /** Writes that a page is done, as part of the caller's transaction. @param exported how many of its events exportEvents took */
  advance(row: Running, page: EventPage, exported: number): void {
    const { historicalExports, now } = this.#deps;
    const next = { ...row, ...advance(row, page), exported: row.exported + exported };
    const { reached, skip, windowMs } = next;
    const changes = { reached, skip, windowMs, exported: next.exported, attempts: 0, error: null, dueAt: now() };
    if (!historicalExports.change(row, changes)) return;
    if (page.tooDeep > 0)
      historicalExports.tell(row, "WARN", `${page.tooDeep} events left out, of more than ${MAX_EVENT_LEVELS} levels`);
    if (isOver(next)) return this.end(next);
    const [before, after] = [tenths(row), tenths(next)];
    if (after > before) historicalExports.tell(row, "INFO", `${after * 10} %, ${next.exported} events exported`);
  }

  /** Ends one that has come to its end. */
  end(row: HistoricalExport): void {
    const { historicalExports } = this.#deps;
    if (historicalExports.finish(row, "done", null))
      historicalExports.tell(row, "INFO", `Done exporting all events, ${row.exported} of them`);
  }

  /** Goes on after PostHog gave no page. */
  withoutPage(row: HistoricalExport, { reason, mayPass, isTooLarge, retryAfterMs }: NoPage): void {
    if (isTooLarge) this.shrink(row, reason);
    else if (mayPass && row.attempts < MAX_FAILURES) this.tryAgain(row, reason, retryAfterMs);
    else this.fail(row, reason);
  }

  /** Has the page in hand, and all that follow, be half as large. One of a single event cannot be. @param why it is too large */
  shrink(row: HistoricalExport, why: string): void {
    if (row.pageSize === 1) this.fail(row, why);
    else this.#deps.historicalExports.change(row, { pageSize: Math.ceil(row.pageSize / 2) });
  }

  /** Has a page tried again later. @param askedMs the wait that PostHog asks for, in milliseconds; without it waits grow */
  tryAgain(row: HistoricalExport, why: string, askedMs?: number): void {
    const { historicalExports, now, random, redact } = this.#deps;
    const { attempts } = row;
    const wait =
      askedMs === undefined
        ? waitOf({ function: "exportEvents", attempts }, random())
        : backoffMs(attempts + 1, random(), askedMs);
    historicalExports.change(row, { attempts: attempts + 1, dueAt: now() + wait, error: redact(why) });
  }

  /** Gives one up. */
  fail(row: HistoricalExport, why: string): void {
    const { historicalExports, redact } = this.#deps;
    if (!historicalExports.finish(row, "failed", redact(why))) return;
    const reached = row.reached === null ? "" : ` It has come to ${new Date(row.reached).toISOString()}.`;
    historicalExports.tell(row, "ERROR", `given up after ${row.exported} events: ${why}.${reached}`);
  }
}

const tenths = (row: HistoricalExport): number => Math.floor((progressOf(row) ?? 0) * 10);
