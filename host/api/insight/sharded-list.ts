import type { Team } from "../../store/teams.ts";
import type { TeamAddress } from "../../team/facts.ts";
import { objectsOf } from "../../team/team-client.ts";
import { type Cursor, mergePages, type ReadPage } from "../merge-pages.ts";
import { cursorOver, nextUrl } from "../paging.ts";

/** A list that each shard of a team keeps a part of. */
export interface ShardedList<Item, Shown> {
  read: ReadPage<Item, TeamAddress>;
  /** Milliseconds since the epoch. */
  timeOf(item: Item): number;
  toJson(item: Item): Shown;
}

export interface ShardedPageQuery {
  limit: number;
  /** Where the page before ended. A time is for the list itself to heed. */
  before?: Cursor | number | undefined;
}

/** One page of it, newest first, as the API answers it. @param url of the request. Throws ApiError 400. */
export async function shardedPage<Item, Shown>(
  team: Team,
  { limit, before }: ShardedPageQuery,
  { read, timeOf, toJson }: ShardedList<Item, Shown>,
  url: string,
): Promise<{ results: Shown[]; next: string | null }> {
  const cursor = typeof before === "number" ? undefined : cursorOver(team.mostShards, before);
  const page = await mergePages(objectsOf(team), read, { limit, timeOf, ...(cursor && { before: cursor }) });
  return { results: page.results.map(toJson), next: nextUrl(url, page.next) };
}
