import type { Outcome } from "../../runtime/outcome.ts";
import type { Json, JsonObject, Message, PluginEvent } from "../event.ts";
import { derivedUuid } from "./derived-uuid.ts";
import type { Requests } from "./invocation.ts";
import type { Plugin } from "./plugin.ts";
import { isObject } from "../is-object.ts";

/** What one plugin made of an event. */
export interface Processed {
  outcome: Outcome;
  /** The event as the plugin left it; null when it goes on as it was, or not at all. */
  event: PluginEvent | null;
  requests: Requests;
  /** Events that a batch function returned beside the one it was given. */
  added: Message[];
}

/** Events that a batch function may add to the one it was given. */
const MAX_ADDED = 1_000;

/**
 * Has a plugin process an event: with processEvent, or with processEventBatch as a batch of one. What processEvent changes is changed
 * in the message.
 * @param size characters of the message's JSON, about
 * @returns undefined when the plugin has neither function
 */
export async function processEvent(plugin: Plugin, message: Message, size: number): Promise<Processed | undefined> {
  const name = await plugin.firstOf(["processEvent", "processEventBatch"]);
  if (!name) return undefined;
  const { team_id } = message.event;
  const {
    outcome,
    json: returned,
    isSameEvent,
    requests,
  } = await plugin.call({
    function: name,
    ...(name === "processEventBatch" ? { args: [`[${JSON.stringify(message.event)}]`] } : { eventSize: size }),
    message,
    hops: message.hops,
    ingestId: message.id,
    at: message.receivedAt,
  });
  if (outcome.kind === "ok" && isSameEvent) return { ...settle(team_id, message.event, outcome), requests, added: [] };
  if (outcome.kind !== "ok" || returned === null) return { outcome, event: null, requests, added: [] };
  const value = JSON.parse(returned) as Json;
  const settled = Array.isArray(value)
    ? await settleBatch(plugin, message, value, outcome)
    : { ...settle(team_id, value as PluginEvent, outcome), added: [] };
  return { ...settled, requests };
}

/** A plugin may change anything but the team, which is put back and told as PostHog tells it. */
function settle(teamId: number, event: PluginEvent, outcome: Outcome): { outcome: Outcome; event: PluginEvent } {
  if (event.team_id === teamId) return { outcome, event };
  event.team_id = teamId;
  const message = "IllegalOperationError: Plugin tried to change event.team_id";
  return { outcome: { ...outcome, kind: "threw", message }, event };
}

/** Results are matched by uuid: without a match the event was dropped, and what matches nothing is a new event. */
async function settleBatch(
  plugin: Plugin,
  message: Message,
  results: Json[],
  outcome: Outcome,
): Promise<Omit<Processed, "requests">> {
  const returned = results.filter(Boolean);
  if (!returned.every(isObject)) return badReturn(outcome, "every element must be an event or nothing");
  if (returned.length > MAX_ADDED + 1) return badReturn(outcome, `at most ${MAX_ADDED} events may be added`);
  const match = returned.find(({ uuid }) => uuid === message.event.uuid);
  const others = returned.filter((each) => each !== match);
  const added = await Promise.all(
    others.map(async (each, i) => addedMessage(message, each, await derivedUuid([message.id, plugin.config.id, i]))),
  );
  if (!match) return { outcome: { ...outcome, kind: "dropped" }, event: null, added };
  return { ...settle(message.event.team_id, match as PluginEvent, outcome), added };
}

function badReturn(outcome: Outcome, rule: string): Omit<Processed, "requests"> {
  const message = `processEventBatch returned something else than events: ${rule}`;
  return { outcome: { ...outcome, kind: "bad-return", message }, event: null, added: [] };
}

function addedMessage(from: Message, given: JsonObject, id: string): Message {
  const { uuid, distinct_id, properties, ip = null, site_url = null, now = from.event.now, sent_at = null } = given;
  const event = {
    ...given,
    uuid: typeof uuid === "string" ? uuid : id,
    distinct_id: typeof distinct_id === "string" && distinct_id !== "" ? distinct_id : from.event.distinct_id,
    properties: isObject(properties) ? properties : {},
    ip,
    site_url,
    now,
    sent_at,
    team_id: from.event.team_id,
  } as PluginEvent;
  return { ...from, id, event };
}
