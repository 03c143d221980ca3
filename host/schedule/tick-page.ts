import { atATime } from "../at-a-time.ts";
import type { Env } from "../env.ts";
import { type DueTeam, type NextTask, noteNextTasks } from "../store/due-teams.ts";
import { openRegistry } from "../store/registry.ts";
import { teamStub } from "../team/team-client.ts";

/** Teams that are ticked at the same time. */
const AT_A_TIME = 50;

/** Cron Triggers come once a minute. */
const MINUTE = 60_000;

/** Passes a beat on to some teams, and notes when each has its next task. A team that fails holds up no other, and is asked again in a minute. */
export async function tickPage(env: Env, beat: number, page: readonly DueTeam[]): Promise<void> {
  const next: NextTask[] = [];
  await atATime(AT_A_TIME, page, async (team) => {
    const address = { teamId: team.id, shard: 0 };
    try {
      const dueAt = await teamStub(env, address).tick(address, beat);
      // Who is due at the next beat stays as it is.
      if (dueAt === null || dueAt > beat + MINUTE) next.push({ ...team, dueAt });
    } catch (error) {
      console.error(`team ${team.id} could not be ticked: ${String(error)}`);
    }
  });
  await noteNextTasks(openRegistry(env), next);
}
