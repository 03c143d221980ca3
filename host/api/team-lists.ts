import { z } from "zod";
import { OUTCOME_KINDS } from "../../wit/generated/contract.ts";
import type { Env } from "../env.ts";
import type { JsonObject } from "../event.ts";
import type { TeamAddress } from "../team/facts.ts";
import { shardsOf, teamStub } from "../team/team-client.ts";
import { jsonLists } from "./json-lists.ts";
import { mergePages, type ReadPage } from "./merge-pages.ts";
import { beforeField, cursorOver, limitField, nextUrl } from "./paging.ts";
import { digits, parse } from "./parse.ts";
import { listRecentEvents } from "./recent-events.ts";
import { type ApiApp, type Handler, resource } from "./resource.ts";
import { deadLetterJson, logJson, outcomeJson, recentEventJson, warningJson } from "./team-lists-json.ts";

const recentQuery = z.object({ team_id: digits, limit: limitField });
const pageQuery = recentQuery.extend({ before: beforeField });
const outcomeFilter = z.object({
  kind: z.enum(OUTCOME_KINDS, { error: `must be one of ${OUTCOME_KINDS.join(", ")}` }).exactOptional(),
});
const logFilter = z.object({ plugin_config_id: digits.exactOptional() });
const noFilter = z.object({});

/** What happened in a team: its events, what became of them, and what its plugins said. All newest first. */
export function teamLists(app: ApiApp): void {
  const events = list(noFilter, (env) => ({
    read: (address, query) => jsonLists(env, address).listEvents(address, query),
    timeOf: ({ timestamp }) => (typeof timestamp === "string" && Date.parse(timestamp)) || 0,
    toJson: (event: JsonObject) => event,
  }));
  const deadLetters = list(noFilter, (env) => ({
    read: (address, query) => jsonLists(env, address).listDeadLetters(address, query),
    timeOf: ({ at }) => at,
    toJson: deadLetterJson,
  }));
  const outcomes = list(outcomeFilter, (env, { kind }) => ({
    read: (address, query) => teamStub(env, address).listOutcomes(address, query, kind),
    timeOf: ({ at }) => at,
    toJson: outcomeJson,
  }));
  const ingestionWarnings = list(noFilter, (env) => ({
    read: (address, query) => teamStub(env, address).listIngestionWarnings(address, query),
    timeOf: ({ at }) => at,
    toJson: warningJson,
  }));
  const logs = list(logFilter, (env, { plugin_config_id: configId }) => ({
    read: (address, query) => teamStub(env, address).listLogs(address, query, configId),
    timeOf: ({ at }) => at,
    toJson: logJson,
  }));
  resource(app, "/api/events", { GET: events });
  resource(app, "/api/dead-letters", { GET: deadLetters });
  resource(app, "/api/outcomes", { GET: outcomes });
  resource(app, "/api/ingestion-warnings", { GET: ingestionWarnings });
  resource(app, "/api/logs", { GET: logs });
  resource(app, "/api/recent-events", { GET: recentEvents });
}

/** A list that each shard keeps a part of. */
interface ShardedList<Item> {
  read: ReadPage<Item, TeamAddress>;
  /** Milliseconds since the epoch. */
  timeOf(item: Item): number;
  toJson(item: Item): JsonObject;
}

function list<Filter extends z.ZodType, Item>(
  filter: Filter,
  open: (env: Env, filter: z.infer<Filter>) => ShardedList<Item>,
): Handler {
  return async (c, scope) => {
    const { team_id: teamId, limit, before } = parse(pageQuery, c.req.query());
    const { read, timeOf, toJson } = open(c.env, parse(filter, c.req.query()));
    const team = await scope.team(teamId);
    const cursor = cursorOver(team.shards, before);
    const page = await mergePages(shardsOf(team), read, { limit, timeOf, ...(cursor && { before: cursor }) });
    return Response.json({ results: page.results.map(toJson), next: nextUrl(c.req.url, page.next) });
  };
}

const recentEvents: Handler = async (c, scope) => {
  const { team_id: teamId, limit } = parse(recentQuery, c.req.query());
  const events = await listRecentEvents(c.env, await scope.team(teamId), limit);
  return Response.json({ results: events.map(recentEventJson), next: null });
};
