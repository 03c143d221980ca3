import type { z } from "zod";
import type { Team } from "../../store/teams.ts";
import { shardsOf } from "../../team/team-client.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { jsonObjects } from "../json-objects.ts";
import { type Call, route } from "../route.ts";
import { referenced } from "../scope.ts";
import { nothing, theConfig } from "../subjects.ts";
import { candidateOf, type Trial } from "./candidate.ts";
import { calledBy, checkDryRun, type DryRunBody, dryRunOfConfig, dryRunOfSource } from "./dry-run-body.ts";
import { dryRunAnswer, dryRunJson } from "./dry-run-json.ts";
import { trialMessages } from "./trial-messages.ts";

/** Trying a plugin: nothing of it is stored or sent, but for its requests. */
export const dryRunRoutes = [
  route("/api/plugin_configs/{id}/dry_run", theConfig, (declare) => ({
    POST: declare({
      summary: "Try a config, with other values or another version if you like, on an event",
      access: "write",
      isChange: false,
      body: jsonBody(dryRunOfConfig),
      answer: dryRunAnswer,
      handle: async (call) => run(call, call.subject.team, { ...call.body, config_id: call.subject.config.id }),
    }),
  })),
  route("/api/dry_run", nothing, (declare) => ({
    POST: declare({
      summary: "Try a plugin that has no config yet, or code that is not installed, on an event",
      access: "write",
      isChange: false,
      body: jsonBody(dryRunOfSource),
      answer: dryRunAnswer,
      handle: async (call) => run(call, await referenced("team_id", call.scope.team(call.body.team_id)), call.body),
    }),
  })),
];

type Asked = DryRunBody & Trial;

async function run(
  { env, scope, now }: Call<unknown, unknown, unknown>,
  team: Team,
  asked: Asked,
): Promise<z.input<typeof dryRunAnswer>> {
  checkDryRun(asked);
  const candidate = await candidateOf(env, scope, team, asked, now);
  const messages = await trialMessages(env, team, asked, now);
  const [address] = shardsOf(team);
  if (address === undefined) throw new Error(`team ${team.id} has no shards`);
  const request = { messages, fetch: asked.fetch, ...calledBy(asked) };
  const report = await jsonObjects(env, address).dryRun(address, candidate, request);
  const { missing } = report;
  if (missing !== null)
    throw ApiError.invalid(`${candidate.pluginName} has no function ${missing}.`, "function", "does_not_exist");
  return dryRunJson(report);
}
