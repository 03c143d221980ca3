import { type Grid, gridOf } from "../../schedule/grid.ts";
import type { TaskSchedule } from "../../schedule/task-schedule.ts";
import type { TaskRow, TaskRun } from "./task-runs.ts";

/** How far ahead of this machine's clock a beat may be: those of other machines, and of people who try tasks out, are a little. */
const AHEAD_MS = 24 * 60 * 60_000;

/** @throws {RangeError} for a beat of a time that cannot be: tasks would wait for it */
export function checkBeat(beat: number, now: number): void {
  if (beat <= now + AHEAD_MS) return;
  throw new RangeError(`a beat for ${iso(beat)} is more than a day ahead of the clock, which says ${iso(now)}`);
}

/** Whether a task waits for a time that no beat can have set: the clock was wrong. */
export function isTooFar(row: TaskRow, now: number): boolean {
  const grid = gridOfRow(row);
  return row.dueAt > grid.atOrAfter(grid.atOrAfter(now + AHEAD_MS + 1) + 1);
}

/** Times of a task that have come, and have had no run. */
export interface ComeTimes {
  last: number;
  count: number;
  /** The one after them. */
  next: number;
}

/** Those of a task up to a time; undefined when there are none. */
export function timesUpTo(row: TaskRow, time: number): ComeTimes | undefined {
  if (row.dueAt > time) return undefined;
  const grid = gridOfRow(row);
  const { last, count } = grid.upTo(row.dueAt, time);
  return { last, count, next: grid.atOrAfter(last + 1) };
}

/**
 * When a task is due whose run has ended. After a run that went on beyond a time of its grid, that is the first that lies at least one
 * interval after its end, or the first at all if a person began it; after any other, the next time.
 */
export function dueAfter(row: TaskRow, run: TaskRun, finishedAt: number): { dueAt: number; skipped: number } {
  const grid = gridOfRow(row);
  // A beat may come before its time by the clock of this machine.
  const passed = run.startedAt === null ? Infinity : grid.atOrAfter(Math.max(run.startedAt, run.dueAt) + 1);
  if (passed > finishedAt) return { dueAt: row.dueAt, skipped: 0 };
  const pause = run.trigger === "manual" ? 1 : grid.atOrAfter(passed + 1) - passed;
  const dueAt = Math.max(grid.atOrAfter(finishedAt + pause), row.dueAt);
  return { dueAt, skipped: dueAt > row.dueAt ? grid.upTo(row.dueAt, dueAt - 1).count : 0 };
}

/** The times that a task has of its plugin; undefined for one of PostHog's. */
export const scheduleOf = ({ schedule }: TaskRow): TaskSchedule | undefined =>
  schedule === "" ? undefined : (JSON.parse(schedule) as TaskSchedule);

const gridOfRow = (row: TaskRow): Grid => gridOf(row.name, row.pluginConfigId, scheduleOf(row));

const iso = (time: number): string => new Date(time).toISOString();
