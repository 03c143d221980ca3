import { and, eq, min, sql } from "drizzle-orm";

import type { TaskName } from "../../../wit/plugin-functions.ts";
import { gridOf } from "../../schedule/grid.ts";
import type { ScheduledTask, TaskSchedule } from "../../schedule/task-schedule.ts";
import type { TeamDatabase } from "../database.ts";
import { idList } from "../id-list.ts";
import type { Configs } from "../jobs/job-keeper.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { task } from "../schema.ts";
import type { TaskRow, TaskRun, TaskRuns } from "./task-runs.ts";
import { checkBeat, type ComeTimes, dueAfter, isTooFar, scheduleOf, timesUpTo } from "./times.ts";

export interface ScheduleDeps {
  db: TeamDatabase;
  taskRuns: TaskRuns;
  now(): number;
}

/** A run that was begun, or the one that is under way already. */
export type BegunTask = { begun: TaskRun } | { underWay: TaskRun };

/** A task, when it is due, and its last run. */
export interface TaskState extends Omit<TaskRow, "schedule"> {
  schedule: TaskSchedule | undefined;
  last: TaskRun | null;
}

/**
 * When the scheduled tasks of a team's plugins run. Due times lie on a grid that is fixed for each config. A run holds its task until it
 * has ended: times that pass meanwhile are skipped. Times that passed without anybody's telling are made up for by one run.
 */
export class Schedule {
  readonly #deps: ScheduleDeps;

  constructor(deps: ScheduleDeps) {
    this.#deps = deps;
  }

  /**
   * Begins the runs that are due, and skips the times of those that are under way.
   * @param beat the time for which the Cron Trigger was set, in milliseconds since the epoch
   * @throws {RangeError} when that lies far ahead
   */
  take(beat: number, configs: readonly PluginConfig[]): void {
    const { db, now } = this.#deps;
    checkBeat(beat, now());
    db.transaction(() => {
      for (const row of this.#syncAll(configs, beat)) {
        const come = timesUpTo(row, beat);
        if (come) this.#takeTimes(row, come);
      }
    });
  }

  /** Begins a run because a person wants it. @returns undefined when there is no such task */
  runNow(pluginConfigId: number, name: TaskName, configs: readonly PluginConfig[]): BegunTask | undefined {
    const { db, taskRuns, now } = this.#deps;
    return db.transaction(() => {
      this.#syncAll(configs, now());
      const row = this.#find(pluginConfigId, name);
      if (!row) return undefined;
      const underWay = row.runId === null ? undefined : taskRuns.get(row.runId);
      if (underWay) return { underWay };
      return { begun: this.#hold(row, { trigger: "manual", dueAt: now(), missed: 0 }, row.dueAt) };
    });
  }

  /** The tasks of the configs: when each is due next, and how its last run went. */
  list(configs: readonly PluginConfig[]): TaskState[] {
    const { db, taskRuns, now } = this.#deps;
    return db.transaction(() =>
      this.#syncAll(configs, now()).map((row) => ({
        ...row,
        schedule: scheduleOf(row),
        last: taskRuns.list({ pluginConfigId: row.pluginConfigId, task: row.name }, { limit: 1 }).results[0] ?? null,
      })),
    );
  }

  /** Ends a run, now or when it is said to have; part of the caller's transaction. Its task is free again, and due by the rule. */
  end(run: TaskRun, values: Partial<TaskRun> & Pick<TaskRun, "state">): void {
    const { taskRuns, now } = this.#deps;
    const finishedAt = values.finishedAt ?? now();
    const row = this.#find(run.pluginConfigId, run.task);
    if (row?.runId === run.id) {
      const { dueAt, skipped } = dueAfter(row, run, finishedAt);
      this.#set(row, { runId: null, dueAt });
      if (skipped > 0) taskRuns.skip(run.id, skipped);
    }
    taskRuns.change(run.id, { ...values, wakeAt: null, finishedAt });
  }

  /** Begins a run in place of one that died with its process, and of those that came to nothing since: once, since it may have been the reason. */
  recover(run: TaskRun): void {
    const row = this.#find(run.pluginConfigId, run.task);
    if (row?.runId !== null || run.trigger === "recovery") return;
    const { last, count, next } = timesUpTo(row, this.#deps.now()) ?? { last: run.dueAt, count: 0, next: row.dueAt };
    this.#hold(row, { trigger: "recovery", dueAt: last, missed: run.missed + count }, next);
  }

  /** Forgets the tasks of configs that are not enabled, so that nothing is made up for when they are again. */
  settle({ enabled }: Pick<Configs, "enabled">): void {
    this.#deps.db
      .delete(task)
      .where(sql`${task.pluginConfigId} not in ${idList(enabled)}`)
      .run();
  }

  /** When a task is due next: milliseconds since the epoch, null for never. */
  nextDue(): number | null {
    return (
      this.#deps.db
        .select({ at: min(task.dueAt) })
        .from(task)
        .get()?.at ?? null
    );
  }

  /** Has a row for each task of the configs, and for no other. A new one waits for its next time. */
  #syncAll(configs: readonly PluginConfig[], now: number): TaskRow[] {
    const { db } = this.#deps;
    const rows = db.select().from(task).all();
    const kept = configs.flatMap(({ id, tasks }) => tasks.map((each) => this.#sync(id, each, rows, now)));
    for (const row of rows)
      if (!kept.some((each) => isOf(row, each.pluginConfigId, each.name))) db.delete(task).where(isRow(row)).run();
    return kept;
  }

  #sync(pluginConfigId: number, { name, schedule }: ScheduledTask, rows: readonly TaskRow[], now: number): TaskRow {
    const { db, taskRuns } = this.#deps;
    const text = schedule ? JSON.stringify(schedule) : "";
    const found = rows.find((row) => isOf(row, pluginConfigId, name));
    if (found?.schedule === text && !isTooFar(found, this.#deps.now())) return found;
    const dueAt = gridOf(name, pluginConfigId, schedule).atOrAfter(now);
    // One may go on from before its config was disabled.
    const runId = found ? found.runId : (taskRuns.underWay(pluginConfigId, name)?.id ?? null);
    const row = { pluginConfigId, name, schedule: text, dueAt, runId };
    db.insert(task)
      .values(row)
      .onConflictDoUpdate({ target: [task.pluginConfigId, task.name], set: { schedule: text, dueAt } })
      .run();
    return row;
  }

  #takeTimes(row: TaskRow, { last, count, next }: ComeTimes): void {
    const { taskRuns, now } = this.#deps;
    const run = row.runId === null ? undefined : taskRuns.get(row.runId);
    if (!run) this.#hold(row, { trigger: "schedule", dueAt: last, missed: count - 1 }, next);
    else if (isAlive(run, now())) {
      taskRuns.skip(run.id, count);
      this.#set(row, { dueAt: next });
    }
  }

  #hold(row: TaskRow, run: Pick<TaskRun, "trigger" | "dueAt" | "missed">, dueAt: number): TaskRun {
    const { taskRuns, now } = this.#deps;
    const { pluginConfigId, name } = row;
    const begun = taskRuns.add({ ...run, pluginConfigId, task: name }, now());
    this.#set(row, { runId: begun.id, dueAt });
    return begun;
  }

  #find(pluginConfigId: number, name: TaskName): TaskRow | undefined {
    return this.#deps.db.select().from(task).where(isRow({ pluginConfigId, name })).get();
  }

  #set(row: TaskRow, values: Partial<TaskRow>): void {
    this.#deps.db.update(task).set(values).where(isRow(row)).run();
  }
}

/** Not one that died with its process, which has nobody to be skipped for. */
const isAlive = ({ state, wakeAt }: TaskRun, now: number): boolean => state !== "running" || (wakeAt ?? 0) > now;

const isOf = (row: TaskRow, pluginConfigId: number, name: string): boolean =>
  row.pluginConfigId === pluginConfigId && row.name === name;

const isRow = ({ pluginConfigId, name }: Pick<TaskRow, "pluginConfigId" | "name">) =>
  and(eq(task.pluginConfigId, pluginConfigId), eq(task.name, name));
