import { atATime } from "../at-a-time.ts";
import type { Env } from "../env.ts";
import { objectsOf, teamStub } from "../team/team-client.ts";
import { ApiError } from "./api-error.ts";

/** Objects that are told at the same time. */
const AT_A_TIME = 50;

/**
 * Has teams take over what the registry says now; it holds for every event when this resolves. A team may be listed
 * several times. Throws ApiError 503 when one of them could not.
 */
export async function reconfigure(env: Env, teams: readonly { id: number; mostShards: number }[]): Promise<void> {
  const unique = new Map(teams.map((team) => [team.id, team]));
  const addresses = [...unique.values()].flatMap((team) => objectsOf(team));
  const results = await atATime(AT_A_TIME, addresses, (address) => teamStub(env, address).reconfigure(address));
  const failed = results.flatMap((result, index) => {
    if (result.status === "fulfilled") return [];
    console.error(`team ${addresses[index]?.teamId} could not be reconfigured: ${String(result.reason)}`);
    return [addresses[index]?.teamId];
  });
  if (failed.length > 0)
    throw ApiError.unavailable(
      `The change is saved, but these teams still run with what was there before: ${[...new Set(failed)].join(", ")}. Send it again.`,
    );
}
