import { hasOwnPeriod } from "../schedule/grid.ts";
import type { Inspected } from "./inspected.ts";
import type { Manifest } from "./manifest.ts";

/** What an author may not expect of the functions that a plugin has, for the answer to its installation. */
export function functionWarnings(
  { methods, tasks, jobs }: Inspected,
  { publicJobs, schedule }: Pick<Manifest, "publicJobs" | "schedule">,
): string[] {
  const warnings: string[] = [];
  if (methods.includes("onSnapshot"))
    warnings.push(
      "onSnapshot is not called: session recordings stream through to PostHog and pass no plugin; `hoglet run --call onSnapshot` runs it",
    );
  if (methods.includes("processEvent") && methods.includes("processEventBatch"))
    warnings.push("processEventBatch is not called: where both are there, only processEvent is");
  for (const name of Object.keys(publicJobs).filter((job) => !jobs.includes(job)))
    warnings.push(`plugin.json: publicJobs.${name} cannot be started: the plugin exports no such job`);
  for (const name of tasks.filter((task) => !hasOwnPeriod(task) && !Object.hasOwn(schedule, task)))
    warnings.push(`${name} is never called: say when in plugin.json, such as "schedule": {"${name}": "*/15 * * * *"}`);
  return warnings;
}
