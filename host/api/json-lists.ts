import type { Env } from "../env.ts";
import type { JsonObject } from "../event.ts";
import type { TeamAddress } from "../team/facts.ts";
import type { DeadLetter, Page, PageQuery } from "../team/listings.ts";
import type { RecentEvent } from "../team/recent-events.ts";
import { teamStub } from "../team/team-client.ts";

/** The lists of a team's object that hold events. */
export interface JsonLists {
  listEvents(address: TeamAddress, query: PageQuery): Promise<Page<JsonObject>>;
  listDeadLetters(address: TeamAddress, query: PageQuery): Promise<Page<DeadLetter>>;
  listRecentEvents(address: TeamAddress, limit: number): Promise<RecentEvent[]>;
}

/** The object of a shard, typed by hand: the compiler does not follow JSON, which is recursive, through RPC's types. */
export function jsonLists(env: Env, address: TeamAddress): JsonLists {
  return teamStub(env, address) as unknown as JsonLists;
}
