import { MAX_DISTINCT_ID_LENGTH } from "../../capture/limits.ts";
import { cut } from "../../capture/utf8.ts";
import type { Json, JsonObject, Message, PluginEvent } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { derivedUuid } from "./derived-uuid.ts";
import type { TimedOutcome } from "../insight/timed-outcome.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { keepTeam } from "./processed.ts";
import type { Became, Processed } from "./processed.ts";

/** Events that a call may add to those that it was given. */
const MAX_ADDED = 1_000;

/** Has a plugin process events with processEventBatch. */
export async function processBatch(plugin: Plugin, messages: readonly Message[]): Promise<Processed> {
  const [first] = messages;
  const { outcome, json, requests } = await plugin.call({
    function: "processEventBatch",
    args: [JSON.stringify(messages.map(({ event }) => event))],
    messages,
    hops: Math.max(...messages.map(({ hops }) => hops)),
    ingestId: `${first?.id}+${messages.length - 1}`,
    at: Math.max(...messages.map(({ receivedAt }) => receivedAt)),
  });
  const settled =
    outcome.kind === "ok" && json !== null
      ? await settle(plugin, messages, JSON.parse(json) as Json[], outcome)
      : failed(messages, outcome);
  return { ...settled, requests };
}

type Settled = Omit<Processed, "requests">;

/** Results are matched by uuid: what has no match was dropped, and what matches nothing is a new event. */
async function settle(
  plugin: Plugin,
  messages: readonly Message[],
  results: readonly Json[],
  outcome: TimedOutcome,
): Promise<Settled> {
  const returned = results.filter(Boolean);
  if (!returned.every(isObject))
    return failed(messages, badReturn(outcome, "every element must be an event or nothing"));
  if (returned.length > messages.length + MAX_ADDED)
    return failed(messages, badReturn(outcome, `at most ${MAX_ADDED} events may be added`));
  const rest = [...returned];
  let told = outcome;
  const each = messages.map(({ event: { uuid, team_id } }): Became => {
    const place = rest.findIndex((result) => result["uuid"] === uuid);
    const [match] = place < 0 ? [] : rest.splice(place, 1);
    if (!match) return { kind: "dropped", event: null };
    const event = match as PluginEvent;
    const kept = keepTeam(team_id, event, outcome);
    if (kept.kind !== "ok")
      told = { ...told, kind: kept.kind, ...(kept.message !== undefined && { message: kept.message }) };
    return { kind: kept.kind, event };
  });
  if (each.every(({ kind }) => kind === "dropped")) told = { ...told, kind: "dropped" };
  const added = await Promise.all(rest.map((given, i) => addedMessage(plugin, messages, given, i)));
  const ofEach = each.map(({ kind }, i) => ({ uuid: outcome.results?.[i]?.uuid ?? "", kind }));
  return { outcome: { ...told, results: ofEach }, each, added };
}

/** A failure of the call is one of each of its events. */
const failed = (messages: readonly Message[], outcome: TimedOutcome): Settled => ({
  outcome,
  each: messages.map(() => ({ kind: outcome.kind, event: null })),
  added: [],
});

function badReturn(outcome: TimedOutcome, rule: string): TimedOutcome {
  const { results: _, ...ended } = outcome;
  return { ...ended, kind: "bad-return", message: `processEventBatch returned something else than events: ${rule}` };
}

async function addedMessage(
  { config }: Plugin,
  messages: readonly Message[],
  given: JsonObject,
  place: number,
): Promise<Message> {
  const [from] = messages;
  if (!from) throw new Error("a batch without events has been processed");
  const id = await derivedUuid([from.id, config.id, place]);
  const { uuid, distinct_id, properties, ip = null, site_url = null, now = from.event.now, sent_at = null } = given;
  const event = {
    ...given,
    uuid: typeof uuid === "string" ? uuid : id,
    distinct_id:
      typeof distinct_id === "string" && distinct_id !== ""
        ? cut(distinct_id, MAX_DISTINCT_ID_LENGTH)
        : personOf(messages, config.pluginName),
    properties: isObject(properties) ? properties : {},
    ip,
    site_url,
    now,
    sent_at,
    team_id: from.event.team_id,
  } as PluginEvent;
  return { ...from, id, hops: Math.max(...messages.map(({ hops }) => hops)), event };
}

/** Whose an added event is that does not say: with events of several people in hand, nobody's but the plugin's own. */
function personOf(messages: readonly Message[], pluginName: string): string {
  const people = new Set(messages.map(({ event }) => event.distinct_id));
  const [only = pluginName] = people;
  return people.size === 1 ? only : pluginName;
}
