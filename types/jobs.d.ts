/** A job's payload: whatever JSON can say. */
export type JobOptions = Record<string, any> | undefined;

/** When a job is to run: `await meta.jobs.retry({ attempt: 2 }).runIn(5, "minutes")`. */
export interface JobControls {
  runNow: () => Promise<void>;
  runIn: (duration: number, unit: TimeUnit) => Promise<void>;
  runAt: (date: Date) => Promise<void>;
}

type Unit = "millisecond" | "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";

/** A month has 30 days, a quarter 91, a year 365. */
export type TimeUnit = Unit | `${Unit}s`;

export type MetaJobsFromJobOptions<Jobs extends Record<string, JobOptions>> = {
  [Name in keyof Jobs]: undefined extends Jobs[Name]
    ? (payload?: Jobs[Name]) => JobControls
    : (payload: Jobs[Name]) => JobControls;
};
