import { isTask } from "../../wit/plugin-functions.ts";
import { hasOwnPeriod } from "../schedule/grid.ts";
import type { ScheduledTask } from "../schedule/task-schedule.ts";
import type { Inspected } from "./inspected.ts";
import type { Manifest } from "./manifest.ts";

/** The scheduled tasks of a version: PostHog's three, and those that its plugin.json gives times. */
export function tasksOf({
  manifest,
  inspected,
}: {
  manifest: Pick<Manifest, "schedule">;
  inspected: Inspected;
}): ScheduledTask[] {
  return inspected.tasks.filter(isTask).flatMap((name): ScheduledTask[] => {
    // Versions of an earlier Hoglet have no schedule.
    const schedule = manifest.schedule?.[name];
    if (schedule) return [{ name, schedule }];
    return hasOwnPeriod(name) ? [{ name }] : [];
  });
}
