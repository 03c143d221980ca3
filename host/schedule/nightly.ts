import type { Env } from "../env.ts";
import { askForForgottenTasks } from "../store/due-teams.ts";
import { openRegistry } from "../store/registry.ts";
import { sweepVersions } from "../plugins/sweep-versions.ts";

const DAY_MS = 86_400_000;
/** 03:17 UTC, when few others do anything. */
const AT_MS = (3 * 60 + 17) * 60_000;
const MINUTE_MS = 60_000;

/** Does what is to be done once a day, in the beat of the Cron Trigger that is due for it. `scheduledTime` is milliseconds since the epoch. */
export async function nightly(env: Env, scheduledTime: number): Promise<void> {
  const sinceDue = (scheduledTime % DAY_MS) - AT_MS;
  if (sinceDue < 0 || sinceDue >= MINUTE_MS) return;
  await Promise.all([sweepVersions(env, scheduledTime), askForForgottenTasks(openRegistry(env), scheduledTime)]);
}
