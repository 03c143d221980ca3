import { z } from "zod";
import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import { teamStub } from "../../team/team-client.ts";
import { jsonObject, pageOf } from "../answers.ts";
import { jsonObjects } from "../json-objects.ts";
import { beforeField, limitField } from "../paging.ts";
import { digits } from "../parse.ts";
import { listRecentEvents } from "./recent-events.ts";
import { route } from "../route.ts";
import { nothing } from "../subjects.ts";
import { type ShardedList, shardedPage } from "./sharded-list.ts";
import {
  deadLetterAnswer,
  deadLetterJson,
  recentEventAnswer,
  recentEventJson,
  warningAnswer,
  warningJson,
} from "./team-lists-json.ts";

const recentQuery = z.object({ team_id: digits, limit: limitField });
const pageQuery = recentQuery.extend({ before: beforeField });
/** What happened in a team: its events, and what became of them. All newest first. */
export const teamListRoutes = [
  list("/api/events", "The events that were kept in the local store", jsonObject, (env) => ({
    read: (address, query) => jsonObjects(env, address).listEvents(address, query),
    timeOf: ({ timestamp }) => (typeof timestamp === "string" && Date.parse(timestamp)) || 0,
    toJson: (event: JsonObject) => event,
  })),
  list("/api/dead-letters", "Events that could not be delivered", deadLetterAnswer, (env) => ({
    async read(address, query) {
      const { results, next } = await jsonObjects(env, address).listDeadLetters(address, query);
      return { results: results.map((letter) => ({ ...letter, shard: address.shard })), next };
    },
    timeOf: ({ at }) => at,
    toJson: deadLetterJson,
  })),
  list("/api/ingestion-warnings", "What was wrong with events that came in", warningAnswer, (env) => ({
    read: (address, query) => teamStub(env, address).listIngestionWarnings(address, query),
    timeOf: ({ at }) => at,
    toJson: warningJson,
  })),
  route("/api/recent-events", nothing, (declare) => ({
    GET: declare({
      summary: "The last events before and after the plugins",
      access: "read",
      query: recentQuery,
      answer: pageOf(recentEventAnswer),
      async handle({ env, scope, query: { team_id: teamId, limit } }) {
        const events = await listRecentEvents(env, await scope.team(teamId), limit);
        return { results: events.map(recentEventJson), next: null };
      },
    }),
  })),
];

function list<const Path extends string, Item, Answer extends z.ZodType>(
  path: Path,
  summary: string,
  answer: Answer,
  open: (env: Env) => ShardedList<Item, z.input<Answer>>,
) {
  return route(path, nothing, (declare) => ({
    GET: declare({
      summary,
      access: "read",
      query: pageQuery,
      answer: pageOf(answer),
      handle: async ({ env, scope, query, request }) =>
        shardedPage(await scope.team(query.team_id), query, open(env), request.url),
    }),
  }));
}
