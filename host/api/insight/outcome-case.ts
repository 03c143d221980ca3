import { z } from "zod";
import { shardsOf } from "../../team/team-client.ts";
import { jsonObject } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonObjects } from "../json-objects.ts";
import { digits } from "../parse.ts";
import { route, type Subject } from "../route.ts";

const query = z.object({
  team_id: digits,
  shard: digits.exactOptional().meta({ description: "As the outcome says; 0 when it is absent" }),
});

/** An outcome is known by its number to a shard alone, which is asked when it is clear whose it is. */
const theOutcomeId: Subject<number> = { find: async (_, param) => Number(param("id")) };

/** A failure as a case that `hoglet run --case` runs again. */
export const outcomeCaseRoutes = [
  route("/api/outcomes/{id}/case", theOutcomeId, (declare) => ({
    GET: declare({
      summary: "A recorded failure as a case file, which runs it again on your machine",
      description:
        "Secrets have stand-ins of the same length. What keeps the case from running in the very same way is listed in `missing`.",
      access: "read",
      query,
      answer: jsonObject,
      async handle({ env, scope, subject: id, query: { team_id: teamId, shard = 0 } }) {
        const team = await scope.team(teamId);
        const address = shardsOf(team)[shard];
        const found = address && (await jsonObjects(env, address).caseOf(address, id));
        if (found === undefined) throw ApiError.notFound(`Shard ${shard} of team ${team.id} has no outcome ${id}.`);
        if (found === null)
          throw ApiError.notFound(
            `Outcome ${id} has no case. Calls that failed have one, the last 200 of a shard, unless it were larger than 600,000 characters.`,
          );
        return found;
      },
    }),
  })),
];
