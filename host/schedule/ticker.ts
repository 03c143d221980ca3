import { DurableObject } from "cloudflare:workers";

import type { Env } from "../env.ts";
import type { DueTeam } from "../store/due-teams.ts";
import { tickPage } from "./tick-page.ts";

/** Passes beats of the Cron Trigger on to a page of teams, in an invocation of its own: the platform bounds what one may do. It keeps nothing. */
export class Ticker extends DurableObject<Env> {
  /** @param beat the time for which the Cron Trigger was set, in milliseconds since the epoch */
  tick(beat: number, page: DueTeam[]): Promise<void> {
    return tickPage(this.env, beat, page);
  }
}
