import { PLUGIN_FUNCTIONS } from "../../wit/plugin-functions.ts";
import { InvalidPluginError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import type { Inspected } from "./inspected.ts";

const MAX_JOBS = 200;
const MAX_NAME = 200;

/**
 * The functions found in a plugin, if it can do anything with them: one without any is refused, with the `hints` of the
 * inspection, as it would silently do nothing. Throws InvalidPluginError.
 */
export function checkFunctions(
  found: Inspected,
  entry: string,
  hints: readonly string[],
  { schedule }: Pick<Manifest, "schedule">,
): Inspected {
  const { methods, tasks, jobs } = found;
  if (methods.length + tasks.length + jobs.length === 0)
    throw new InvalidPluginError([
      {
        path: entry,
        message: [
          `has no function that Hoglet calls; export at least one of ${PLUGIN_FUNCTIONS.join(", ")} or a jobs object`,
          ...hints,
        ].join("\n"),
      },
    ]);
  if (jobs.length > MAX_JOBS)
    throw new InvalidPluginError([
      { path: entry, message: `has ${jobs.length} jobs; at most ${MAX_JOBS} are allowed` },
    ]);
  const tooLong = jobs.find((name) => name.length > MAX_NAME);
  if (tooLong !== undefined)
    throw new InvalidPluginError([
      { path: entry, message: `has a job whose name is longer than ${MAX_NAME} characters` },
    ]);
  const missing = Object.keys(schedule).filter((name) => !tasks.includes(name));
  if (missing.length > 0)
    throw new InvalidPluginError(
      missing.map((name) => ({
        path: `plugin.json: schedule.${name}`,
        message: `is no function of the plugin: export it from ${entry}, or take it out of the schedule`,
      })),
    );
  return { methods, tasks, jobs };
}
