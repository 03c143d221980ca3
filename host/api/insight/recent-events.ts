import type { Env } from "../../env.ts";
import type { RecentEvent } from "../../team/insight/recent-events.ts";
import { objectsOf } from "../../team/team-client.ts";
import { jsonObjects } from "../json-objects.ts";

/** The last events of a team before and after its plugins, newest first. */
export async function listRecentEvents(
  env: Env,
  team: { id: number; mostShards: number },
  limit: number,
): Promise<RecentEvent[]> {
  const lists = await Promise.all(
    objectsOf(team).map((address) => jsonObjects(env, address).listRecentEvents(address, limit)),
  );
  return lists
    .flat()
    .sort((a, b) => b.at - a.at)
    .slice(0, limit);
}
