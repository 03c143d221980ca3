import type { Env } from "../env.ts";
import type { JsonObject } from "../event.ts";
import type { TeamAddress } from "../team/facts.ts";
import type { DryRunReport, DryRunRequest } from "../team/dry-run/dry-run.ts";
import type { Pair, PreviewReport, PreviewRequest } from "../team/dry-run/preview.ts";
import type { Candidate } from "../team/load-team.ts";
import type { DeadLetter, Page, PageQuery } from "../team/insight/listings.ts";
import type { RecentEvent, RecentMessage } from "../team/insight/recent-events.ts";
import { teamStub } from "../team/team-client.ts";

/** What of a team's object has to do with events. */
export interface JsonObjects {
  listEvents(address: TeamAddress, query: PageQuery): Promise<Page<JsonObject>>;
  listDeadLetters(address: TeamAddress, query: PageQuery): Promise<Page<DeadLetter>>;
  listRecentEvents(address: TeamAddress, limit: number): Promise<RecentEvent[]>;
  listRecentMessages(address: TeamAddress, limit: number): Promise<RecentMessage[]>;
  caseOf(address: TeamAddress, outcomeId: number): Promise<JsonObject | null | undefined>;
  dryRun(address: TeamAddress, candidate: Candidate, request: DryRunRequest): Promise<DryRunReport>;
  preview(address: TeamAddress, candidates: Pair<Candidate>, request: PreviewRequest): Promise<PreviewReport>;
}

/** The object of a shard, typed by hand: the compiler does not follow JSON, which is recursive, through RPC's types. */
export function jsonObjects(env: Env, address: TeamAddress): JsonObjects {
  return teamStub(env, address) as unknown as JsonObjects;
}
