import type { Env } from "../env.ts";
import { openRegistry } from "../store/registry.ts";
import { teamsWithTasks } from "../store/teams-with-tasks.ts";
import { teamStub } from "../team/team-client.ts";

/** Passes one beat of the Cron Trigger on to every team that has a scheduled task. A team that fails holds up no other. */
export async function tick(env: Env, scheduledTime: number): Promise<void> {
  const teams = await teamsWithTasks(openRegistry(env));
  const beats = teams.map((teamId) => {
    const address = { teamId, shard: 0 };
    return teamStub(env, address).tick(address, scheduledTime);
  });
  const failed = (await Promise.allSettled(beats)).filter((beat) => beat.status === "rejected");
  for (const { reason } of failed) console.error(`a team could not be ticked: ${String(reason)}`);
}
