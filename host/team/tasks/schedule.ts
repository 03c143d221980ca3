import type { TaskName } from "../../../wit/plugin-functions.ts";
import type { TaskSchedule } from "../../schedule/task-schedule.ts";
import type { Configs } from "../jobs/job-keeper.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { TaskRows, type TaskRowsDeps } from "./task-rows.ts";
import type { TaskRow, TaskRun } from "./task-runs.ts";
import { checkBeat, type ComeTimes, dueAfter, scheduleOf, timesUpTo } from "./times.ts";

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
  readonly #deps: TaskRowsDeps;
  readonly #rows: TaskRows;

  constructor(deps: TaskRowsDeps) {
    this.#deps = deps;
    this.#rows = new TaskRows(deps);
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
      for (const row of this.#rows.sync(configs, beat)) {
        const come = timesUpTo(row, beat);
        if (come) this.#takeTimes(row, come);
      }
    });
  }

  /** Begins a run because a person wants it. @returns undefined when there is no such task */
  runNow(pluginConfigId: number, name: TaskName, configs: readonly PluginConfig[]): BegunTask | undefined {
    const { db, taskRuns, now } = this.#deps;
    return db.transaction(() => {
      this.#rows.sync(configs, now());
      const row = this.#rows.find(pluginConfigId, name);
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
      this.#rows.sync(configs, now()).map((row) => ({
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
    const row = this.#rows.find(run.pluginConfigId, run.task);
    if (row?.runId === run.id) {
      const { dueAt, skipped } = dueAfter(row, run, finishedAt);
      this.#rows.change(row, { runId: null, dueAt });
      if (skipped > 0) taskRuns.skip(run.id, skipped);
    }
    taskRuns.change(run.id, { ...values, wakeAt: null, finishedAt });
  }

  /** Begins a run in place of one that died with its process, and of those that came to nothing since: once, since it may have been the reason. */
  recover(run: TaskRun): void {
    const row = this.#rows.find(run.pluginConfigId, run.task);
    if (row?.runId !== null || run.trigger === "recovery") return;
    const { last, count, next } = timesUpTo(row, this.#deps.now()) ?? { last: run.dueAt, count: 0, next: row.dueAt };
    this.#hold(row, { trigger: "recovery", dueAt: last, missed: run.missed + count }, next);
  }

  /** Forgets the tasks of configs that are not enabled, so that nothing is made up for when they are again. */
  settle({ enabled }: Pick<Configs, "enabled">): void {
    this.#rows.keepOf(enabled);
  }

  /** When a task is due next: milliseconds since the epoch, null for never. */
  nextDue(): number | null {
    return this.#rows.nextDue();
  }

  #takeTimes(row: TaskRow, { last, count, next }: ComeTimes): void {
    const { taskRuns, now } = this.#deps;
    const run = row.runId === null ? undefined : taskRuns.get(row.runId);
    if (!run) this.#hold(row, { trigger: "schedule", dueAt: last, missed: count - 1 }, next);
    else if (isAlive(run, now())) {
      taskRuns.skip(run.id, count);
      this.#rows.change(row, { dueAt: next });
    }
  }

  #hold(row: TaskRow, run: Pick<TaskRun, "trigger" | "dueAt" | "missed">, dueAt: number): TaskRun {
    const { taskRuns, now } = this.#deps;
    const { pluginConfigId, name } = row;
    const begun = taskRuns.add({ ...run, pluginConfigId, task: name }, now());
    this.#rows.change(row, { runId: begun.id, dueAt });
    return begun;
  }
}

/** Not one that died with its process, which has nobody to be skipped for. */
const isAlive = ({ state, wakeAt }: TaskRun, now: number): boolean => state !== "running" || (wakeAt ?? 0) > now;
