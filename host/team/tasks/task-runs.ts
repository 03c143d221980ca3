import { and, asc, desc, eq, isNotNull, lt, lte, min, notInArray, sql } from "drizzle-orm";

import type { TaskName } from "../../../wit/plugin-functions.ts";
import type { TeamDatabase } from "../database.ts";
import type { Page, PageQuery } from "../insight/listings.ts";
import { task, taskRun } from "../schema.ts";
import type { ConfigQueue } from "../work/config-lanes.ts";

export type TaskRun = typeof taskRun.$inferSelect;
export type TaskRow = typeof task.$inferSelect;

/** Which runs are wanted. */
export interface TaskRunFilter {
  pluginConfigId: number;
  task?: TaskName;
  state?: TaskRun["state"];
}

/** Runs of one task that are kept, and how many runs there may be more until they are cut back. */
const KEEP = 500;
const SLACK = 64;

/** The runs of scheduled tasks, those that wait for their start among them. */
export class TaskRuns implements ConfigQueue {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  nextDue(except: readonly number[]): number | null {
    const { pluginConfigId, wakeAt } = taskRun;
    const rows = this.#db.select({ at: min(wakeAt) }).from(taskRun);
    // The index has those alone that wait for something.
    return rows.where(and(isNotNull(wakeAt), notInArray(pluginConfigId, [...except]))).get()?.at ?? null;
  }

  dueConfig(now: number, except: readonly number[]): number | undefined {
    const { pluginConfigId, wakeAt } = taskRun;
    const where = and(lte(wakeAt, now), notInArray(pluginConfigId, [...except]));
    return this.#db.select({ pluginConfigId }).from(taskRun).where(where).orderBy(asc(wakeAt)).limit(1).get()
      ?.pluginConfigId;
  }

  /** The run of a config that is to be started, or has been silent for too long. */
  next(configId: number, now: number): TaskRun | undefined {
    const { pluginConfigId, wakeAt, id } = taskRun;
    const where = and(eq(pluginConfigId, configId), lte(wakeAt, now));
    return this.#db.select().from(taskRun).where(where).orderBy(asc(wakeAt), asc(id)).limit(1).get();
  }

  add(run: Pick<TaskRun, "pluginConfigId" | "task" | "trigger" | "dueAt" | "missed">, now: number): TaskRun {
    const row = this.#db
      .insert(taskRun)
      .values({ ...run, state: "due", wakeAt: now, log: [] })
      .returning()
      .get();
    this.#cut(row.id);
    return row;
  }

  change(id: number, values: Partial<TaskRun>): void {
    this.#db.update(taskRun).set(values).where(eq(taskRun.id, id)).run();
  }

  /** Counts times of the grid for which there is no run beside this one. */
  skip(id: number, count: number): void {
    const skipped = sql`${taskRun.skipped} + ${count}`;
    this.#db.update(taskRun).set({ skipped }).where(eq(taskRun.id, id)).run();
  }

  get(id: number): TaskRun | undefined {
    return this.#db.select().from(taskRun).where(eq(taskRun.id, id)).get();
  }

  /** The run of a task that has not ended, if there is one. */
  underWay(configId: number, name: TaskName): TaskRun | undefined {
    const { pluginConfigId, wakeAt } = taskRun;
    const where = and(eq(pluginConfigId, configId), isNotNull(wakeAt), eq(taskRun.task, name));
    return this.#db.select().from(taskRun).where(where).get();
  }

  list(filter: TaskRunFilter, { limit, before }: PageQuery): Page<TaskRun> {
    const where = and(
      eq(taskRun.pluginConfigId, filter.pluginConfigId),
      filter.task === undefined ? undefined : eq(taskRun.task, filter.task),
      filter.state === undefined ? undefined : eq(taskRun.state, filter.state),
      before === undefined ? undefined : lt(taskRun.id, before),
    );
    const rows = this.#db
      .select()
      .from(taskRun)
      .where(where)
      .orderBy(desc(taskRun.id))
      .limit(limit + 1)
      .all();
    const results = rows.slice(0, limit);
    return { results, next: rows.length > limit ? (results.at(-1)?.id ?? null) : null };
  }

  /** Forgets old runs, of all tasks at once: a task's own runs may never be those at which it is done. */
  #cut(newestId: number): void {
    if (newestId % SLACK !== 0) return;
    this.#db.run(sql`
      delete from task_run where wake_at is null and id in (
        select id from (
          select id, row_number() over (partition by plugin_config_id, task order by id desc) as age from task_run
        ) where age > ${KEEP})`);
  }
}
