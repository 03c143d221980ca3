import { hasOwnPeriod } from "../schedule/grid.ts";
import type { Inspected } from "./inspected.ts";
import type { Manifest } from "./manifest.ts";
import { publicJobsOf } from "./public-jobs-of.ts";

/** What an author may not expect of the functions that a plugin has, for the answer to its installation. */
export function functionWarnings(inspected: Inspected, manifest: Pick<Manifest, "publicJobs" | "schedule">): string[] {
  const { methods, tasks } = inspected;
  const startable = publicJobsOf({ manifest, inspected });
  const warnings: string[] = [];
  if (methods.includes("onSnapshot"))
    warnings.push(
      "onSnapshot is not called: session recordings stream through to PostHog and pass no plugin; `hoglet run --call onSnapshot` runs it",
    );
  if (methods.includes("processEvent") && methods.includes("processEventBatch"))
    warnings.push("processEventBatch is not called: where both are there, only processEvent is");
  for (const name of Object.keys(manifest.publicJobs).filter((job) => !startable.has(job)))
    warnings.push(`plugin.json: publicJobs.${name} cannot be started: the plugin exports no such job`);
  for (const name of tasks.filter((task) => !hasOwnPeriod(task) && !Object.hasOwn(manifest.schedule, task)))
    warnings.push(`${name} is never called: say when in plugin.json, such as "schedule": {"${name}": "*/15 * * * *"}`);
  return warnings;
}
