import { and, asc, count, desc, eq, lt, lte, type SQL, sql } from "drizzle-orm";

import type { TeamDatabase } from "../database.ts";
import { firstOfConfigs } from "../first-of-configs.ts";
import { idList } from "../id-list.ts";
import type { Stock } from "../quotas/stock.ts";
import { job } from "../schema.ts";
import type { ConfigQueue } from "../work/config-lanes.ts";

export type Job = typeof job.$inferSelect;
export type NewJob = Omit<Job, "id" | "attempts" | "startedAt" | "isParked">;

/** How many jobs of a config wait. */
export interface PendingJobs {
  pendingOf(pluginConfigId: number): number;
}

/** Jobs of one config that have one name. */
export interface NamedJobs {
  pluginConfigId: number;
  name: string;
  /** Whether a run of theirs has begun: it goes on to its end, unless the process has ended. */
  hasBegun: boolean;
  count: number;
}

/** Jobs that plugins have asked for. Writes are part of the caller's transaction. */
export class Jobs implements ConfigQueue, PendingJobs {
  readonly #db: TeamDatabase;
  /** How many jobs each config has; undefined until somebody asks. A row that counts them would be written with every job. */
  #pending: Map<number, number> | undefined;
  readonly #stock: Stock;

  /** @param stock of jobs that plugins have asked for */
  constructor(db: TeamDatabase, stock: Stock) {
    this.#db = db;
    this.#stock = stock;
  }

  /** @returns the job's number */
  add(row: NewJob): number {
    this.#count(row.pluginConfigId, 1);
    return this.#db.insert(job).values(row).returning({ id: job.id }).get().id;
  }

  dueConfig(now: number, except: readonly number[]): number | undefined {
    return firstOfConfigs(this.#db, AWAKE, except).find(({ dueAt }) => dueAt <= now)?.pluginConfigId;
  }

  nextDue(except: readonly number[] = []): number | null {
    return firstOfConfigs(this.#db, AWAKE, except)[0]?.dueAt ?? null;
  }

  /** The job of a config that has been due longest. */
  next(pluginConfigId: number, now: number): Job | undefined {
    const { dueAt, id } = job;
    const where = and(isAwake, eq(job.pluginConfigId, pluginConfigId), lte(dueAt, now));
    return this.#db.select().from(job).where(where).orderBy(asc(dueAt), asc(id)).limit(1).get();
  }

  /** Notes that a job is about to run. @param changes of one whose last run was cut off */
  begin(id: number, changes: Partial<Pick<Job, "startedAt" | "attempts" | "dueAt">>): void {
    this.#db.update(job).set(changes).where(eq(job.id, id)).run();
  }

  /** Has a job run again later, as another run. */
  retry(id: number, attempts: number, dueAt: number): void {
    this.#db.update(job).set({ attempts, dueAt, startedAt: null }).where(eq(job.id, id)).run();
  }

  /** Has a job whose run was cut off wait until then. */
  putOff(id: number, dueAt: number): void {
    this.#db.update(job).set({ dueAt }).where(eq(job.id, id)).run();
  }

  find(pluginConfigId: number, id: number): Job | undefined {
    return this.#db
      .select()
      .from(job)
      .where(and(isOf(pluginConfigId), eq(job.id, id)))
      .get();
  }

  /** @returns whether it was there */
  remove({ id, pluginConfigId }: Pick<Job, "id" | "pluginConfigId">): boolean {
    const mine = and(eq(job.id, id), eq(job.pluginConfigId, pluginConfigId));
    const gone = this.#db.delete(job).where(mine).returning({ id: job.id }).all().length > 0;
    if (gone) this.#count(pluginConfigId, -1);
    return gone;
  }

  /** The jobs of a config that wait, newest first. @param before only those with a lower number */
  list(pluginConfigId: number, limit: number, before?: number): Job[] {
    const where = and(isOf(pluginConfigId), before === undefined ? undefined : lt(job.id, before));
    return this.#db.select().from(job).where(where).orderBy(desc(job.id)).limit(limit).all();
  }

  pendingOf(pluginConfigId: number): number {
    this.#pending ??= new Map(
      this.#db
        .select({ id: job.pluginConfigId, count: count() })
        .from(job)
        .groupBy(job.pluginConfigId)
        .all()
        .map((row) => [row.id, row.count]),
    );
    return this.#pending.get(pluginConfigId) ?? 0;
  }

  /** Counts anew: what a transaction wrote that failed was not written. */
  recount(): void {
    this.#pending = undefined;
    this.#stock.recount();
  }

  /** Has the jobs of some configs wait, whenever they are due. @returns how many of each began to */
  park(pluginConfigIds: readonly number[]): NamedJobs[] {
    return this.#setParked(pluginConfigIds, true);
  }

  /** Lets the jobs of some configs run again. */
  unpark(pluginConfigIds: readonly number[]): void {
    this.#setParked(pluginConfigIds, false);
  }

  /** Removes the jobs of all configs but these. @returns what is gone */
  removeOthers(pluginConfigIds: readonly number[]): NamedJobs[] {
    const where = sql`${job.pluginConfigId} not in ${idList(pluginConfigIds)}`;
    const gone = this.#named(where);
    if (gone.length === 0) return [];
    this.#db.delete(job).where(where).run();
    this.recount();
    return gone;
  }

  #setParked(pluginConfigIds: readonly number[], isParked: boolean): NamedJobs[] {
    const where = and(eq(job.isParked, !isParked), sql`${job.pluginConfigId} in ${idList(pluginConfigIds)}`);
    const found = this.#named(where);
    if (found.length > 0) this.#db.update(job).set({ isParked }).where(where).run();
    return found;
  }

  #named(where: SQL | undefined): NamedJobs[] {
    const { pluginConfigId, name } = job;
    const hasBegun = sql`${job.startedAt} is not null`.mapWith(Boolean);
    const named = this.#db.select({ pluginConfigId, name, hasBegun, count: count() }).from(job);
    return named.where(where).groupBy(pluginConfigId, name, hasBegun).all();
  }

  #count(pluginConfigId: number, by: number): void {
    this.#pending?.set(pluginConfigId, this.pendingOf(pluginConfigId) + by);
    this.#stock.change(by, 0);
  }
}

const isAwake = sql`not ${job.isParked}`;
const AWAKE = { table: job, pluginConfigId: job.pluginConfigId, dueAt: job.dueAt, where: isAwake };
const isOf = (pluginConfigId: number) => eq(job.pluginConfigId, pluginConfigId);
