import type { Env } from "../env.ts";
import { dueTeams } from "../store/due-teams.ts";
import { openRegistry } from "../store/registry.ts";
import type { DueTeam } from "./due-team.ts";

/** Teams that one object passes a beat on to: far below the requests that one invocation may make. */
const PAGE = 500;

/** Passes one beat of the Cron Trigger on to every team with a scheduled task that is due, page by page, all pages at the same time. */
export async function tick(env: Env, beat: number): Promise<void> {
  const pages: Promise<void>[] = [];
  for (
    let page = await pageAfter(env, beat, 0);
    page.length > 0;
    page = await pageAfter(env, beat, page.at(-1)?.id ?? 0)
  )
    pages.push(handOver(env, beat, page, pages.length));
  await Promise.all(pages);
}

const pageAfter = (env: Env, beat: number, id: number): Promise<DueTeam[]> =>
  dueTeams(openRegistry(env), beat, id, PAGE);

async function handOver(env: Env, beat: number, page: DueTeam[], number: number): Promise<void> {
  try {
    await env.TICKER.get(env.TICKER.idFromName(String(number))).tick(beat, page);
  } catch (error) {
    console.error(`a page of teams could not be ticked: ${String(error)}`);
  }
}
