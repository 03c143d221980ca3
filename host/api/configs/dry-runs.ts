import { z } from "zod";
import { OUTCOME_KINDS, type HandlerName } from "../../../wit/generated/contract.ts";
import type { Json, JsonObject } from "../../event.ts";
import { NO_REQUEST } from "../../capture/request-context.ts";
import { diffEvent } from "../../event-diff/event-diff.ts";
import type { Message, PluginEvent } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import type { DryRunReport } from "../../team/dry-run/dry-run.ts";
import type { TimedOutcome } from "../../team/insight/timed-outcome.ts";
import type { Candidate } from "../../team/load-team.ts";
import { shardsOf } from "../../team/team-client.ts";
import type { Team } from "../../store/teams.ts";
import { isoOf, json, jsonObject } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { candidateOf, type Trial, trialFields } from "./candidate.ts";
import { jsonObjects } from "../json-objects.ts";
import { id } from "../parse.ts";
import { listRecentEvents } from "../insight/recent-events.ts";
import { type Call, route } from "../route.ts";
import { referenced } from "../scope.ts";
import { nothing, theConfig } from "../subjects.ts";

const MAX_EVENTS = 100;
const FUNCTIONS = [
  "onEvent",
  "composeWebhook",
  "exportEvents",
  "runEveryMinute",
  "runEveryHour",
  "runEveryDay",
] as const;

const what = {
  event: z
    .custom<JsonObject>(isObject, { error: "must be an object" })
    .exactOptional()
    .meta({ description: "An event as SDKs send it", override: { type: "object", additionalProperties: true } }),
  recent_event: z.string().exactOptional().meta({ description: "The uuid of one of the team's recent events" }),
  recent: z.int().min(1).max(MAX_EVENTS).exactOptional().meta({ description: "So many of the team's last events" }),
  function: z
    .enum(FUNCTIONS, { error: `must be one of ${FUNCTIONS.join(", ")}` })
    .exactOptional()
    .meta({ description: "Another function than the one that processes events" }),
  fetch: z
    .enum(["live", "off"], { error: 'must be "live" or "off"' })
    .default("live")
    .meta({ description: "Whether requests are sent, to the hosts that are granted" }),
};

const ofConfig = z.strictObject({ ...trialFields, ...what });
const ofSource = ofConfig.extend({ team_id: id, plugin_id: id.exactOptional(), source: z.string().exactOptional() });

const outcome = z.strictObject({
  function: z.string(),
  kind: z.enum(OUTCOME_KINDS),
  reason: z.string().optional(),
  message: z.string().optional(),
  limit: z.string().optional(),
  value: z.number().optional(),
  fuel: z.number(),
  ms: z.number().optional().meta({ description: "Milliseconds that passed while the call waited." }),
  unhandled: z.array(z.string()).optional(),
  results: z.array(jsonObject).optional(),
});
const change = z.strictObject({ key: z.string(), kind: z.string(), before: json.optional(), after: json.optional() });
const answer = z
  .strictObject({
    setup: outcome.nullable().meta({ description: "How the setup failed; null when it did not." }),
    results: z.array(
      z.strictObject({
        before: jsonObject,
        after: jsonObject.nullable().meta({ description: "Null when it was dropped." }),
        diff: z.strictObject({ properties: z.array(change), fields: z.array(change) }),
        outcome,
      }),
    ),
    called: z.strictObject({ outcome, returned: json }).nullable(),
    logs: z.array(z.strictObject({ source: z.string(), type: z.string(), message: z.string() })),
    fetches: z.array(z.strictObject({ method: z.string(), url: z.string(), status: z.int().nullable() })),
    captured: z.array(jsonObject),
    jobs: z.array(z.strictObject({ name: z.string(), payload: json, due: z.string() })),
    metrics: z.array(z.strictObject({ name: z.string(), operation: z.string(), value: z.number() })),
    written: z
      .strictObject({ storage: jsonObject, cache: jsonObject })
      .meta({ description: "What it would have stored." }),
    fuel: z.number(),
  })
  .meta({ id: "DryRun" });

/** Trying a plugin: nothing of it is stored or sent, but for its requests. */
export const dryRunRoutes = [
  route("/api/plugin_configs/{id}/dry_run", theConfig, (declare) => ({
    POST: declare({
      summary: "Try a config, with other values or another version if you like, on an event",
      access: "write",
      isChange: false,
      body: jsonBody(ofConfig),
      answer,
      handle: async (call) => run(call, call.subject.team, { ...call.body, config_id: call.subject.config.id }),
    }),
  })),
  route("/api/dry_run", nothing, (declare) => ({
    POST: declare({
      summary: "Try a plugin that has no config yet, or code that is not installed, on an event",
      access: "write",
      isChange: false,
      body: jsonBody(ofSource),
      answer,
      handle: async (call) => run(call, await referenced("team_id", call.scope.team(call.body.team_id)), call.body),
    }),
  })),
];

type Asked = z.output<typeof ofConfig> & Trial;

async function run(call: Call<unknown, unknown, Asked>, team: Team, asked: Asked): Promise<z.input<typeof answer>> {
  const { env, scope, now } = call;
  const candidate = await candidateOf(env, scope, team, asked, now);
  const messages = await messagesOf(call, team, asked, now);
  return shown(await tryOut(call, team, candidate, messages, asked));
}

async function tryOut(
  { env }: Call<unknown, unknown, unknown>,
  team: Team,
  candidate: Candidate,
  messages: Message[],
  { function: name, fetch }: Pick<Asked, "function" | "fetch">,
): Promise<DryRunReport> {
  const [address] = shardsOf(team);
  if (address === undefined) throw new Error(`team ${team.id} has no shards`);
  const called = name === undefined ? {} : { call: { function: name, args: argsOf(name, messages) } };
  return jsonObjects(env, address).dryRun(address, candidate, { messages, fetch, ...called });
}

function argsOf(name: HandlerName, messages: readonly Message[]): string[] {
  const events = messages.map(({ event }) => event);
  if (name.startsWith("run")) return [];
  return [JSON.stringify(name === "exportEvents" ? events : (events[0] ?? {}))];
}

async function messagesOf(
  { env }: Call<unknown, unknown, unknown>,
  team: Team,
  asked: Asked,
  now: number,
): Promise<Message[]> {
  if (asked.event !== undefined) return [messageOf(team.id, asked.event, now)];
  if (asked.recent_event === undefined && asked.recent === undefined) return [messageOf(team.id, {}, now)];
  const events = await listRecentEvents(env, team, asked.recent ?? 256);
  if (asked.recent_event === undefined) return events.map(({ before }) => messageOf(team.id, before, now)).reverse();
  const found = events.find(({ before }) => before["uuid"] === asked.recent_event);
  if (!found)
    throw ApiError.invalid(`There is no recent event ${asked.recent_event}.`, "recent_event", "does_not_exist");
  return [messageOf(team.id, found.before, now)];
}

/** An event as plugins would get it from capture. */
function messageOf(teamId: number, given: JsonObject, now: number): Message {
  const at = isoOf(now);
  const event = {
    uuid: crypto.randomUUID(),
    event: "test",
    distinct_id: "test",
    properties: {},
    ip: null,
    site_url: null,
    timestamp: at,
    sent_at: null,
    now: at,
    ...given,
    team_id: teamId,
  } as PluginEvent;
  return { id: String(event.uuid), event, receivedAt: now, request: NO_REQUEST, hops: 0 };
}

function shown({ called, results, jobs, ...report }: DryRunReport): z.input<typeof answer> {
  const outcomes = [...results.map((result) => result.outcome), ...(called ? [called.outcome] : [])];
  return {
    ...report,
    results: results.map((result) => ({
      ...result,
      diff: withoutSame(diffEvent(result)),
      outcome: outcomeJson(result.outcome),
    })),
    called: called && {
      outcome: outcomeJson(called.outcome),
      returned: called.returned === null ? null : (JSON.parse(called.returned) as Json),
    },
    jobs: jobs.map(({ name, payload, dueAt }) => ({
      name,
      payload: payload === null ? null : (JSON.parse(payload) as Json),
      due: isoOf(dueAt),
    })),
    fuel: outcomes.reduce((sum, { fuel }) => sum + fuel, 0),
  };
}

const outcomeJson = ({ quota, ...ended }: TimedOutcome): z.input<typeof outcome> => ({
  ...ended,
  ...(quota && { limit: quota.name, value: quota.limit }),
});

function withoutSame(diff: ReturnType<typeof diffEvent>): ReturnType<typeof diffEvent> {
  const isChange = ({ kind }: { kind: string }): boolean => kind !== "same";
  return { properties: diff.properties.filter(isChange), fields: diff.fields.filter(isChange) };
}
