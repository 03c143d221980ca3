import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { TeamAddress } from "../../team/facts.ts";
import type { OutcomeFilter } from "../../team/insight/listings.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { jsonObject, pageOf } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonObjects } from "../json-objects.ts";
import { beforeOrTimeField, limitField } from "../paging.ts";
import { digits, time } from "../parse.ts";
import { route, type Subject } from "../route.ts";
import type { Scope } from "../scope.ts";
import { nothing } from "../subjects.ts";
import { type ShardedList, shardedPage } from "./sharded-list.ts";
import { outcomeAnswer, outcomeJson, type ShardOutcome } from "./team-lists-json.ts";

const query = z.object({
  team_id: digits,
  shard: digits.exactOptional().meta({ description: "As the outcome says; 0 when it is absent" }),
});

const filter = z.object({
  team_id: digits,
  limit: limitField,
  after: time.exactOptional().meta({ description: "Only what ended later" }),
  before: beforeOrTimeField,
  kind: z.enum(OUTCOME_KINDS, { error: `must be one of ${OUTCOME_KINDS.join(", ")}` }).exactOptional(),
  plugin_config_id: digits.exactOptional(),
  function: z.string().exactOptional(),
  event_uuid: z.string().exactOptional(),
});

/** An outcome is known by its number to a shard alone, which is asked when it is clear whose it is. */
const theOutcomeId: Subject<number> = { find: async (_, param) => Number(param("id")) };

/** How calls of plugins ended, and a failure as a case that `hoglet run --case` runs again. */
export const outcomeRoutes = [
  route("/api/outcomes", nothing, (declare) => ({
    GET: declare({
      summary: "How calls of plugins ended",
      access: "read",
      query: filter,
      answer: pageOf(outcomeAnswer),
      async handle({ env, scope, query: wanted, request }) {
        const list: ShardedList<ShardOutcome, z.input<typeof outcomeAnswer>> = {
          async read(address, asked) {
            const { results, next } = await teamStub(env, address).listOutcomes(address, asked, filterOf(wanted));
            return { results: results.map((outcome) => ({ ...outcome, shard: address.shard })), next };
          },
          timeOf: ({ at }) => at,
          toJson: outcomeJson,
        };
        return shardedPage(await scope.team(wanted.team_id), wanted, list, request.url);
      },
    }),
  })),
  route("/api/outcomes/{id}", theOutcomeId, (declare) => ({
    GET: declare({
      summary: "How one call of a plugin ended",
      access: "read",
      query,
      answer: outcomeAnswer,
      async handle({ env, scope, subject: id, query: named }) {
        const found = await ask(scope, named, id, (address) => teamStub(env, address).findOutcome(address, id));
        return outcomeJson({ ...found, shard: named.shard ?? 0 });
      },
    }),
  })),
  route("/api/outcomes/{id}/case", theOutcomeId, (declare) => ({
    GET: declare({
      summary: "A recorded failure as a case file, which runs it again on your machine",
      description:
        "Secrets have stand-ins of the same length. What keeps the case from running in the very same way is listed in `missing`.",
      access: "read",
      query,
      answer: jsonObject,
      async handle({ env, scope, subject: id, query: named }) {
        const found = await ask(scope, named, id, (address) => jsonObjects(env, address).caseOf(address, id));
        if (found === null)
          throw ApiError.notFound(
            `Outcome ${id} has no case. Calls that failed have one, the last 200 of a shard, unless it were larger than 600,000 characters.`,
          );
        return found;
      },
    }),
  })),
];

function filterOf(wanted: z.output<typeof filter>): OutcomeFilter {
  const { kind, plugin_config_id: pluginConfigId, function: name, event_uuid: eventUuid, after, before } = wanted;
  return {
    ...(kind !== undefined && { kind }),
    ...(pluginConfigId !== undefined && { pluginConfigId }),
    ...(name !== undefined && { function: name }),
    ...(eventUuid !== undefined && { eventUuid }),
    ...(after !== undefined && { after }),
    ...(typeof before === "number" && { before }),
  };
}

/** Asks the shard that an outcome is of. Throws ApiError 404 when it has none of that number, or no more. */
async function ask<Found>(
  scope: Scope,
  { team_id: teamId, shard = 0 }: z.output<typeof query>,
  id: number,
  read: (address: TeamAddress) => Promise<Found | undefined>,
): Promise<Found> {
  const team = await scope.team(teamId);
  const address = objectsOf(team)[shard];
  const found = address && (await read(address));
  if (found === undefined) throw ApiError.notFound(`Shard ${shard} of team ${team.id} has no outcome ${id}.`);
  return found;
}
