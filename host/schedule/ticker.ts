import { DurableObject } from "cloudflare:workers";

import type { Env } from "../env.ts";
import { noteNextTasks } from "../store/due-teams.ts";
import { openRegistry } from "../store/registry.ts";
import { teamStub } from "../team/team-client.ts";
import type { DueTeam } from "./due-team.ts";
import { tickPage, type TickPageDeps } from "./tick-page.ts";

/** Passes beats of the Cron Trigger on to a page of teams, in an invocation of its own: the platform bounds what one may do. It keeps nothing. */
export class Ticker extends DurableObject<Env> {
  /** @param beat the time for which the Cron Trigger was set, in milliseconds since the epoch */
  tick(beat: number, page: DueTeam[]): Promise<void> {
    return tickPage(tickingIn(this.env), beat, page);
  }
}

/** Scheduled tasks run in the object of a team's shard 0. */
export const tickingIn = (env: Env): TickPageDeps => ({
  tickTeam: ({ id: teamId, since }, beat) =>
    teamStub(env, { teamId, shard: 0 }).tick({ teamId, shard: 0 }, beat, since),
  note: (next) => noteNextTasks(openRegistry(env), next),
});
