import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import type { TeamAddress } from "../../team/facts.ts";
import type { LogFilter, OutcomeFilter } from "../../team/insight/listings.ts";
import { shardsOf, teamStub } from "../../team/team-client.ts";
import { jsonObject, pageOf } from "../answers.ts";
import { jsonObjects } from "../json-objects.ts";
import { mergePages, type ReadPage } from "../merge-pages.ts";
import { beforeField, cursorOver, limitField, nextUrl } from "../paging.ts";
import { digits } from "../parse.ts";
import { listRecentEvents } from "./recent-events.ts";
import { type Route, route } from "../route.ts";
import { nothing } from "../subjects.ts";
import {
  deadLetterAnswer,
  deadLetterJson,
  logAnswer,
  logJson,
  outcomeAnswer,
  outcomeJson,
  recentEventAnswer,
  recentEventJson,
  warningAnswer,
  warningJson,
} from "./team-lists-json.ts";

const recentQuery = z.object({ team_id: digits, limit: limitField });
const pageQuery = recentQuery.extend({ before: beforeField });
const outcomeFilter = pageQuery.extend({
  kind: z.enum(OUTCOME_KINDS, { error: `must be one of ${OUTCOME_KINDS.join(", ")}` }).exactOptional(),
  plugin_config_id: digits.exactOptional(),
  function: z.string().exactOptional(),
  event_uuid: z.string().exactOptional(),
});
const logFilter = pageQuery.extend({
  plugin_config_id: digits.exactOptional(),
  type: z.string().exactOptional().meta({ description: "Such as `ERROR`, in capitals or not." }),
  search: z.string().exactOptional().meta({ description: "What the message has in it." }),
});

/** What happened in a team: its events, what became of them, and what its plugins said. All newest first. */
export const teamListRoutes = [
  list("/api/events", "The events that were kept in the local store", pageQuery, jsonObject, (env) => ({
    read: (address, query) => jsonObjects(env, address).listEvents(address, query),
    timeOf: ({ timestamp }) => (typeof timestamp === "string" && Date.parse(timestamp)) || 0,
    toJson: (event: JsonObject) => event,
  })),
  list("/api/dead-letters", "Events that could not be delivered", pageQuery, deadLetterAnswer, (env) => ({
    async read(address, query) {
      const { results, next } = await jsonObjects(env, address).listDeadLetters(address, query);
      return { results: results.map((letter) => ({ ...letter, shard: address.shard })), next };
    },
    timeOf: ({ at }) => at,
    toJson: deadLetterJson,
  })),
  list("/api/outcomes", "How calls of plugins ended", outcomeFilter, outcomeAnswer, (env, wanted) => ({
    async read(address, query) {
      const { results, next } = await teamStub(env, address).listOutcomes(address, query, outcomeFilterOf(wanted));
      return { results: results.map((outcome) => ({ ...outcome, shard: address.shard })), next };
    },
    timeOf: ({ at }) => at,
    toJson: outcomeJson,
  })),
  list("/api/ingestion-warnings", "What was wrong with events that came in", pageQuery, warningAnswer, (env) => ({
    read: (address, query) => teamStub(env, address).listIngestionWarnings(address, query),
    timeOf: ({ at }) => at,
    toJson: warningJson,
  })),
  list("/api/logs", "What plugins logged", logFilter, logAnswer, (env, wanted) => ({
    read: (address, query) => teamStub(env, address).listLogs(address, query, logFilterOf(wanted)),
    timeOf: ({ at }) => at,
    toJson: logJson,
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

function outcomeFilterOf(wanted: z.output<typeof outcomeFilter>): OutcomeFilter {
  const { kind, plugin_config_id: pluginConfigId, function: name, event_uuid: eventUuid } = wanted;
  return {
    ...(kind !== undefined && { kind }),
    ...(pluginConfigId !== undefined && { pluginConfigId }),
    ...(name !== undefined && { function: name }),
    ...(eventUuid !== undefined && { eventUuid }),
  };
}

function logFilterOf({ plugin_config_id: pluginConfigId, type, search }: z.output<typeof logFilter>): LogFilter {
  return {
    ...(pluginConfigId !== undefined && { pluginConfigId }),
    ...(type !== undefined && { type: type.toUpperCase() }),
    ...(search !== undefined && { search }),
  };
}

/** A list that each shard keeps a part of. */
interface ShardedList<Item, Shown> {
  read: ReadPage<Item, TeamAddress>;
  /** Milliseconds since the epoch. */
  timeOf(item: Item): number;
  toJson(item: Item): Shown;
}

function list<Query extends typeof pageQuery, Item, Answer extends z.ZodType>(
  path: string,
  summary: string,
  query: Query,
  answer: Answer,
  open: (env: Env, query: z.output<Query>) => ShardedList<Item, z.input<Answer>>,
): Route {
  return route(path, nothing, (declare) => ({
    GET: declare({
      summary,
      access: "read",
      query,
      answer: pageOf(answer),
      async handle({ env, scope, query: wanted, request }) {
        const { team_id: teamId, limit, before } = wanted as z.output<typeof pageQuery>;
        const { read, timeOf, toJson } = open(env, wanted);
        const team = await scope.team(teamId);
        const cursor = cursorOver(team.shards, before);
        const page = await mergePages(shardsOf(team), read, { limit, timeOf, ...(cursor && { before: cursor }) });
        return { results: page.results.map(toJson), next: nextUrl(request.url, page.next) };
      },
    }),
  }));
}
