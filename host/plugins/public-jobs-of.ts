import { HISTORICAL_EXPORT, historicalExportJob } from "./historical-export-job.ts";
import type { Inspected } from "./inspected.ts";
import type { Manifest } from "./manifest.ts";
import type { PublicJob } from "./public-jobs.ts";

/** The jobs of a version that people may start, by name: those that its plugin.json declares and its code has, and the export of old events. */
export function publicJobsOf({
  manifest: { publicJobs },
  inspected: { methods, jobs },
}: {
  manifest: Pick<Manifest, "publicJobs">;
  inspected: Inspected;
}): ReadonlyMap<string, PublicJob> {
  const found = new Map(Object.entries(publicJobs).filter(([name]) => jobs.includes(name)));
  if (methods.includes("exportEvents")) found.set(HISTORICAL_EXPORT, historicalExportJob);
  return found;
}
