import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { Env } from "../../env.ts";
import type { Team } from "../../store/teams.ts";
import { mergeGroups, type ErrorGroup } from "../../team/insight/error-groups.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { isoOf, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { digits } from "../parse.ts";
import { route, type Subject } from "../route.ts";
import { theTeam } from "../subjects.ts";
import { failureAnswer, failureJsons } from "./failure-json.ts";

const answer = z
  .strictObject({
    id: z.string(),
    plugin_config_id: z.int(),
    plugin: z.string(),
    version: z.string(),
    function: z.string(),
    kind: z.enum(OUTCOME_KINDS),
    message: z.string().meta({ description: "As it was told last." }),
    count: z.int(),
    first_seen: timestamp,
    last_seen: timestamp,
    event_uuid: z.string().nullable().meta({ description: "The event that it happened with last: see /api/outcomes." }),
  })
  .meta({ id: "ErrorGroup" });

const sampledAnswer = answer
  .extend({
    first_sample: failureAnswer.nullable().meta({ description: "What it was like when it was seen first." }),
    last_sample: failureAnswer.nullable(),
  })
  .meta({ id: "SampledErrorGroup" });

const theError: Subject<{ team: Team; fingerprint: string }> = {
  async find(scope, param) {
    return { team: await scope.team(Number(param("id"))), fingerprint: param("fingerprint") };
  },
};

/** What fails in a team's plugins, and how often. */
export const errorGroupRoutes = [
  route("/api/teams/{id}/errors", theTeam, (declare) => ({
    GET: declare({
      summary: "Failures of the team's plugins, those that are alike as one",
      access: "read",
      query: z.object({ plugin_config_id: digits.exactOptional() }),
      answer: pageOf(answer),
      async handle({ env, subject, query }) {
        return { results: (await groupsOf(env, subject, query.plugin_config_id)).map(toJson), next: null };
      },
    }),
  })),
  route("/api/teams/{id}/errors/{fingerprint}", theError, (declare) => ({
    GET: declare({
      summary: "One of them, with an event that it happened with and the author's lines where it did",
      access: "read",
      answer: sampledAnswer,
      async handle({ env, subject: { team, fingerprint } }) {
        const asked = objectsOf(team).map((address) => teamStub(env, address).findError(address, fingerprint));
        const [found] = mergeGroups((await Promise.all(asked)).filter((group) => group !== undefined));
        if (found === undefined) throw noneOf(team, fingerprint);
        const { version, firstSample, lastSample } = found;
        const [first = null, last = null] = await failureJsons(env, version, [firstSample, lastSample]);
        return { ...toJson(found), first_sample: first, last_sample: last };
      },
    }),
    DELETE: declare({
      summary: "Forgets it, as it is mended; should it happen again, it begins anew",
      access: "write",
      async handle({ env, subject: { team, fingerprint } }) {
        const resolved = await Promise.all(
          objectsOf(team).map((address) => teamStub(env, address).resolveError(address, fingerprint)),
        );
        if (!resolved.includes(true)) throw noneOf(team, fingerprint);
        return undefined;
      },
    }),
  })),
];

async function groupsOf(env: Env, team: Team, pluginConfigId?: number): Promise<ErrorGroup[]> {
  const ofShards = objectsOf(team).map((address) => teamStub(env, address).listErrors(address, pluginConfigId));
  return mergeGroups((await Promise.all(ofShards)).flat());
}

const noneOf = (team: Team, fingerprint: string): ApiError =>
  ApiError.notFound(`There is no error ${fingerprint.slice(0, 64)} in team ${team.id}.`);

function toJson(group: ErrorGroup): z.input<typeof answer> {
  const { fingerprint, pluginConfigId, plugin, version, function: name, kind, message, count, eventUuid } = group;
  return {
    id: fingerprint,
    plugin_config_id: pluginConfigId,
    plugin,
    version,
    function: name,
    kind,
    message,
    count,
    first_seen: isoOf(group.firstSeen),
    last_seen: isoOf(group.lastSeen),
    event_uuid: eventUuid,
  };
}
