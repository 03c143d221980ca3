import type { HandlerName } from "../../wit/generated/contract.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often each task runs, in milliseconds. They are due where UTC's minutes, hours and days begin. */
const PERIODS = { runEveryMinute: MINUTE, runEveryHour: HOUR, runEveryDay: DAY } satisfies Partial<
  Record<HandlerName, number>
>;

export type TaskName = keyof typeof PERIODS;

export const isTaskName = (name: string): name is TaskName => Object.hasOwn(PERIODS, name);

/**
 * Whether a task is due at a beat of the Cron Trigger: once for all of its times since the last beat, so that beats
 * that were missed are made up for, by one run. Times are milliseconds since the epoch.
 * @param lastBeat the last beat that the task knew; undefined for a task that is new, which waits for its next time
 */
export function isDue(task: TaskName, beat: number, lastBeat: number | undefined): boolean {
  const period = PERIODS[task];
  return Math.floor(beat / period) > Math.floor((lastBeat ?? beat - MINUTE) / period);
}
