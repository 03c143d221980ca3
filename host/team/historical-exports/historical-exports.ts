import { and, asc, eq, isNotNull, isNull, lte, min, notInArray, sql } from "drizzle-orm";

import type { TeamDatabase } from "../database.ts";
import { idList } from "../id-list.ts";
import type { TeamLog } from "../insight/log.ts";
import type { Configs } from "../jobs/job-keeper.ts";
import { historicalExport } from "../schema.ts";
import type { ConfigQueue } from "../work/config-lanes.ts";

export type HistoricalExport = typeof historicalExport.$inferSelect;

/** PostHog's first window, and how many events of it are exported at a time. */
const WINDOW_MS = 10 * 60_000;
const PAGE_SIZE = 100;

/** The exports of old events, one at a time for each config. */
export class HistoricalExports implements ConfigQueue {
  readonly #db: TeamDatabase;
  readonly #log: TeamLog;
  readonly #now: () => number;

  constructor(deps: { db: TeamDatabase; log: TeamLog; now(): number }) {
    this.#db = deps.db;
    this.#log = deps.log;
    this.#now = deps.now;
  }

  find(pluginConfigId: number): HistoricalExport | undefined {
    return this.#db.select().from(historicalExport).where(isOf(pluginConfigId)).get();
  }

  /** Begins one; the last one of the config is forgotten. @param dateFrom null for the time of PostHog's first event */
  begin(pluginConfigId: number, dateFrom: number | null, dateTo: number): void {
    const row = {
      state: "running" as const,
      startedAt: this.#now(),
      finishedAt: null,
      dueAt: this.#now(),
      dateFrom,
      dateTo,
      reached: dateFrom,
      skip: 0,
      windowMs: WINDOW_MS,
      pageSize: PAGE_SIZE,
      exported: 0,
      attempts: 0,
      error: null,
    };
    this.#db
      .insert(historicalExport)
      .values({ pluginConfigId, ...row })
      .onConflictDoUpdate({ target: historicalExport.pluginConfigId, set: row })
      .run();
  }

  nextDue(except: readonly number[]): number | null {
    const { dueAt, pluginConfigId } = historicalExport;
    const due = this.#db.select({ at: min(dueAt) }).from(historicalExport);
    return due.where(notInArray(pluginConfigId, [...except])).get()?.at ?? null;
  }

  dueConfig(now: number, except: readonly number[]): number | undefined {
    const { dueAt, pluginConfigId } = historicalExport;
    const where = and(lte(dueAt, now), notInArray(pluginConfigId, [...except]));
    const rows = this.#db.select({ pluginConfigId }).from(historicalExport);
    return rows.where(where).orderBy(asc(dueAt)).limit(1).get()?.pluginConfigId;
  }

  /** Writes how far one has come, unless it was cancelled or begun anew meanwhile. @returns whether it was written */
  change({ pluginConfigId, startedAt }: HistoricalExport, changes: Partial<HistoricalExport>): boolean {
    const where = and(isOf(pluginConfigId), isRunning, eq(historicalExport.startedAt, startedAt));
    return this.#db.update(historicalExport).set(changes).where(where).returning().all().length > 0;
  }

  /** Ends one. @returns whether it was under way */
  finish(row: HistoricalExport, state: "done" | "failed" | "cancelled", error: string | null): boolean {
    return this.change(row, { state, error, finishedAt: this.#now(), dueAt: null });
  }

  /** Has those of disabled configs wait, those of enabled ones go on, and those of no config be gone. */
  settle({ enabled, all }: Configs): void {
    const { dueAt, pluginConfigId } = historicalExport;
    const runs = sql`${pluginConfigId} in ${idList(enabled)}`;
    this.#db.transaction((tx) => {
      tx.update(historicalExport)
        .set({ dueAt: this.#now() })
        .where(and(isRunning, isNull(dueAt), runs))
        .run();
      tx.update(historicalExport)
        .set({ dueAt: null })
        .where(and(isNotNull(dueAt), sql`not ${runs}`))
        .run();
      const isGone = sql`${pluginConfigId} not in ${idList([...all, ...enabled])}`;
      for (const row of tx.delete(historicalExport).where(isGone).returning().all())
        if (row.state === "running")
          this.tell(row, "WARN", `discarded after ${row.exported} events, as the plugin config was removed`);
    });
  }

  /** Tells the log what became of one. */
  tell({ pluginConfigId }: HistoricalExport, type: "INFO" | "WARN" | "ERROR", what: string): void {
    const message = `Historical export: ${what}`;
    this.#log.write({ pluginConfigId, source: "SYSTEM", type, message });
  }
}

const isOf = (pluginConfigId: number) => eq(historicalExport.pluginConfigId, pluginConfigId);
const isRunning = eq(historicalExport.state, "running");
