import type { TaskName } from "../../wit/plugin-functions.ts";

/** When a task runs that its plugin.json gives times of its own. Plain JSON. */
export interface TaskSchedule {
  /** Five fields, as in crontab: minute, hour, day of the month, month, day of the week. */
  cron: string;
  /** Of the IANA database. */
  timezone: string;
}

/** A task of a config; one without a schedule is one of PostHog's. */
export interface ScheduledTask {
  name: TaskName;
  schedule?: TaskSchedule;
}
