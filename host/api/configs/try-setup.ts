import type { Env } from "../../env.ts";
import type { Candidate } from "../../team/load-team.ts";
import { shardsOf } from "../../team/team-client.ts";
import type { Team } from "../../store/teams.ts";
import { ApiError } from "../api-error.ts";
import { jsonObjects } from "../json-objects.ts";

/**
 * Sets a plugin up as a config would have it, in a sandbox that is thrown away, over the team's state. Its requests are sent, so that it
 * can try what was entered; nothing else of it is kept.
 * Throws ApiError 400 with the plugin's own message.
 */
export async function trySetup(env: Env, team: Team, candidate: Candidate): Promise<void> {
  const [address] = shardsOf(team);
  if (address === undefined) return;
  const { setup } = await jsonObjects(env, address).dryRun(address, candidate, { messages: [], fetch: "live" });
  if (setup === null) return;
  throw ApiError.invalid(
    `${setup.function || "The script"} of ${candidate.pluginName} failed, and nothing was saved: ${setup.message ?? setup.kind}`,
    "config",
    "setup_failed",
  );
}
