import { Cron } from "croner";
import { fnv1a } from "../fnv1a.ts";
import type { TaskSchedule } from "./task-schedule.ts";

/** When a scheduled task is due: times that follow from nothing but the task and its config. All are milliseconds since the epoch. */
export interface Grid {
  /** The first at a time or after it. */
  atOrAfter(time: number): number;
  /** The last up to a time, and how many there are from `first`, which is one of them, up to there. */
  upTo(first: number, time: number): { last: number; count: number };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often PostHog's tasks run, in milliseconds. */
const PERIODS = { runEveryMinute: MINUTE, runEveryHour: HOUR, runEveryDay: DAY };

/** PostHog's tasks, which run without being named in a plugin's `schedule`. */
export const hasOwnPeriod = (task: string): task is keyof typeof PERIODS => Object.hasOwn(PERIODS, task);

/** The times of a task: those of its schedule, if it has one; else every minute, hour or day, at a minute that is the config's own. */
export function gridOf(task: string, pluginConfigId: number, schedule: TaskSchedule | undefined): Grid {
  if (schedule) return new CronGrid(schedule);
  if (!hasOwnPeriod(task)) throw new Error(`${task} has no schedule`);
  const period = PERIODS[task];
  return new PeriodicGrid(period, jitter(`${pluginConfigId}/${task}`, period));
}

/** Not all at once: a whole number of minutes that stays the same for a config, whatever becomes of it. */
const jitter = (of: string, period: number): number => (fnv1a(of) % (period / MINUTE)) * MINUTE;

class PeriodicGrid implements Grid {
  readonly #period: number;
  readonly #offset: number;

  constructor(period: number, offset: number) {
    this.#period = period;
    this.#offset = offset;
  }

  atOrAfter(time: number): number {
    return Math.ceil((time - this.#offset) / this.#period) * this.#period + this.#offset;
  }

  upTo(first: number, time: number): { last: number; count: number } {
    const count = Math.floor((time - first) / this.#period) + 1;
    return { last: first + (count - 1) * this.#period, count };
  }
}

/** What is counted one by one has an end. */
const MOST_COUNTED = 1_000;

class CronGrid implements Grid {
  readonly #cron: Cron;

  constructor({ cron, timezone }: TaskSchedule) {
    this.#cron = new Cron(cron, { timezone, mode: "5-part", paused: true });
  }

  atOrAfter(time: number): number {
    // A pattern has a next time: it was looked for when the plugin was installed.
    return this.#cron.nextRun(new Date(time - 1))?.getTime() ?? Number.MAX_SAFE_INTEGER;
  }

  upTo(first: number, time: number): { last: number; count: number } {
    let count = 1;
    for (let at = this.atOrAfter(first + 1); at <= time && count < MOST_COUNTED; at = this.atOrAfter(at + 1)) count++;
    const [last] = this.#cron.previousRuns(1, new Date(time + 1));
    return { last: last?.getTime() ?? first, count };
  }
}
