import { and, asc, eq, lte, min, notInArray } from "drizzle-orm";

import type { TeamDatabase } from "../database.ts";
import { job } from "../schema.ts";
import type { ConfigQueue } from "../work/config-lanes.ts";

export type Job = typeof job.$inferSelect;
export type NewJob = Omit<Job, "id" | "attempts">;

/** Jobs that plugins have asked for. */
export class Jobs implements ConfigQueue {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  add(row: NewJob): void {
    this.#db.insert(job).values(row).run();
  }

  dueConfig(now: number, except: readonly number[]): number | undefined {
    const { pluginConfigId, dueAt } = job;
    const where = and(lte(dueAt, now), notInArray(pluginConfigId, [...except]));
    return this.#db.select({ pluginConfigId }).from(job).where(where).orderBy(asc(dueAt)).limit(1).get()
      ?.pluginConfigId;
  }

  nextDue(except: readonly number[] = []): number | null {
    const { pluginConfigId, dueAt } = job;
    const rows = this.#db.select({ at: min(dueAt) }).from(job);
    return rows.where(notInArray(pluginConfigId, [...except])).get()?.at ?? null;
  }

  /** The job of a config that has been due longest. */
  next(pluginConfigId: number, now: number): Job | undefined {
    const { dueAt, id } = job;
    const where = and(eq(job.pluginConfigId, pluginConfigId), lte(dueAt, now));
    return this.#db.select().from(job).where(where).orderBy(asc(dueAt), asc(id)).limit(1).get();
  }

  remove(id: number): void {
    this.#db.delete(job).where(eq(job.id, id)).run();
  }

  retry(id: number, attempts: number, dueAt: number): void {
    this.#db.update(job).set({ attempts, dueAt }).where(eq(job.id, id)).run();
  }
}
