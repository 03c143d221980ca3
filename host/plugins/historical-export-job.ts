import type { PublicJob } from "./public-jobs.ts";

/** PostHog's name of the public job that each plugin with exportEvents has. */
export const HISTORICAL_EXPORT = "Export historical events";

/** PostHog's fields of it. */
export const historicalExportJob: PublicJob = {
  payload: {
    dateFrom: { title: "Export start date", type: "date" },
    dateTo: { title: "Export end date", type: "date" },
  },
};
