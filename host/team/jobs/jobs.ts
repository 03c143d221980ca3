import { and, asc, eq, lte, min } from "drizzle-orm";

import type { HandlerName } from "../../../wit/generated/contract.ts";
import type { TeamDatabase } from "../database.ts";
import type { Stock } from "../quotas/stock.ts";
import { job } from "../schema.ts";

export type Job = typeof job.$inferSelect;
export type NewJob = Omit<Job, "id" | "attempts">;

/** Jobs that plugins have asked for, and scheduled tasks that are due. */
export class Jobs {
  readonly #db: TeamDatabase;
  readonly #stock: Stock;

  /** @param stock of jobs that plugins have asked for */
  constructor(db: TeamDatabase, stock: Stock) {
    this.#db = db;
    this.#stock = stock;
  }

  add(row: NewJob): void {
    this.#db.insert(job).values(row).run();
    if (row.function === "runJob") this.#stock.change(1, 0);
  }

  /** Adds a scheduled task, unless the last one has yet to finish: one run at a time. */
  addTask(pluginConfigId: number, task: HandlerName, dueAt: number): void {
    const pending = and(eq(job.pluginConfigId, pluginConfigId), eq(job.function, task));
    if (this.#db.select().from(job).where(pending).get()) return;
    this.add({ pluginConfigId, function: task, name: "", payload: null, dueAt, hops: 0 });
  }

  /** The job that has been due longest. */
  next(now: number): Job | undefined {
    return this.#db.select().from(job).where(lte(job.dueAt, now)).orderBy(asc(job.dueAt), asc(job.id)).limit(1).get();
  }

  nextDue(): number | null {
    return (
      this.#db
        .select({ at: min(job.dueAt) })
        .from(job)
        .get()?.at ?? null
    );
  }

  remove(id: number): void {
    const gone = this.#db.delete(job).where(eq(job.id, id)).returning({ name: job.function }).all();
    for (const { name } of gone) if (name === "runJob") this.#stock.change(-1, 0);
  }

  retry(id: number, attempts: number, dueAt: number): void {
    this.#db.update(job).set({ attempts, dueAt }).where(eq(job.id, id)).run();
  }
}
