import { and, eq, min } from "drizzle-orm";

import type { TaskName } from "../../../wit/plugin-functions.ts";
import { type Grid, gridOf } from "../../schedule/grid.ts";
import type { ScheduledTask, TaskSchedule } from "../../schedule/task-schedule.ts";
import type { TeamDatabase } from "../database.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { task } from "../schema.ts";
import type { TaskRow, TaskRun, TaskRuns } from "./task-runs.ts";

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
   * Begins the runs that are due.
   * @param beat the time for which the Cron Trigger was set, in milliseconds since the epoch
   */
  take(beat: number, configs: readonly PluginConfig[]): void {
    const { db } = this.#deps;
    db.transaction(() => {
      for (const row of this.#syncAll(configs, beat))
        if (row.dueAt <= beat && row.runId === null) this.#begin(row, beat);
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
      return { begun: this.#hold(row, { trigger: "manual", dueAt: now(), missed: 0 }) };
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

  /** Ends a run; part of the caller's transaction. Its task is free again, and due by the rule. */
  end(run: TaskRun, values: Partial<TaskRun> & Pick<TaskRun, "state">): void {
    const { taskRuns, now } = this.#deps;
    const finishedAt = now();
    const row = this.#find(run.pluginConfigId, run.task);
    const next = row?.runId === run.id ? nextDue(row, run, finishedAt) : undefined;
    if (row && next) this.#set(row, { runId: null, dueAt: next.dueAt });
    taskRuns.change(run.id, { ...values, wakeAt: null, finishedAt, skipped: next?.skipped ?? 0 });
  }

  /** Begins a run in place of one that died with its process: once, since it may have been the reason. */
  recover(run: TaskRun): void {
    const row = this.#find(run.pluginConfigId, run.task);
    if (row?.runId === null && run.trigger !== "recovery")
      this.#hold(row, { trigger: "recovery", dueAt: run.dueAt, missed: run.missed });
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
    const { db } = this.#deps;
    const text = schedule ? JSON.stringify(schedule) : "";
    const found = rows.find((row) => isOf(row, pluginConfigId, name));
    if (found?.schedule === text) return found;
    const dueAt = gridOf(name, pluginConfigId, schedule).atOrAfter(now);
    const row = { pluginConfigId, name, schedule: text, dueAt, runId: found?.runId ?? null };
    db.insert(task)
      .values(row)
      .onConflictDoUpdate({ target: [task.pluginConfigId, task.name], set: { schedule: text, dueAt } })
      .run();
    return row;
  }

  #begin(row: TaskRow, beat: number): void {
    const { last, count } = gridOfRow(row).upTo(row.dueAt, beat);
    this.#hold(row, { trigger: "schedule", dueAt: last, missed: count - 1 });
  }

  #hold(row: TaskRow, run: Pick<TaskRun, "trigger" | "dueAt" | "missed">): TaskRun {
    const { taskRuns, now } = this.#deps;
    const { pluginConfigId, name } = row;
    const begun = taskRuns.add({ ...run, pluginConfigId, task: name }, now());
    const dueAt = run.trigger === "schedule" ? gridOfRow(row).atOrAfter(run.dueAt + 1) : row.dueAt;
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

/**
 * After a run that went on beyond a time of its grid, the next is the first that lies at least one interval after its end; after any
 * other, the next time.
 */
function nextDue(row: TaskRow, { startedAt }: TaskRun, finishedAt: number): { dueAt: number; skipped: number } {
  const grid = gridOfRow(row);
  const passed = startedAt === null ? Infinity : grid.atOrAfter(startedAt + 1);
  if (passed > finishedAt) return { dueAt: row.dueAt, skipped: 0 };
  const interval = grid.atOrAfter(passed + 1) - passed;
  // Never back: a beat may come before its time by the clock of this machine.
  const dueAt = Math.max(grid.atOrAfter(finishedAt + interval), row.dueAt);
  return { dueAt, skipped: dueAt > row.dueAt ? grid.upTo(row.dueAt, dueAt - 1).count : 0 };
}

const gridOfRow = (row: TaskRow): Grid => gridOf(row.name, row.pluginConfigId, scheduleOf(row));

const scheduleOf = ({ schedule }: TaskRow): TaskSchedule | undefined =>
  schedule === "" ? undefined : (JSON.parse(schedule) as TaskSchedule);

const isOf = (row: TaskRow, pluginConfigId: number, name: string): boolean =>
  row.pluginConfigId === pluginConfigId && row.name === name;

const isRow = ({ pluginConfigId, name }: Pick<TaskRow, "pluginConfigId" | "name">) =>
  and(eq(task.pluginConfigId, pluginConfigId), eq(task.name, name));
