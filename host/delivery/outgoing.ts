import type { Json, JsonObject, PluginEvent } from "../event.ts";
import { eventTime } from "./event-time.ts";
import { isObject } from "../is-object.ts";

/** An event in the shape in which it leaves for PostHog's `/batch/`. */
export interface OutgoingEvent {
  uuid: string;
  /** At most 200 characters. */
  event: string;
  /** At most 200 characters. */
  distinct_id: string;
  properties: JsonObject;
  /** Absolute, ISO 8601, UTC. PostHog needs neither `offset` nor the client's `sent_at` to read it. */
  timestamp: string;
  $set?: JsonObject;
  $set_once?: JsonObject;
  /** Other top-level keys of the client's body, passed through. */
  [key: string]: Json;
}

const MAX_NAME_LENGTH = 200;

/** PostHog reads some fields as typed values: one event with another type in them gets its whole batch refused. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const OBJECTS_ONLY = new Set(["$set", "$set_once"]);

const NAMED = new Set(["uuid", "event", "distinct_id", "properties", "timestamp"]);

/**
 * The envelope of the capture request, and the second spellings of what the batch says once (PostHog refuses a
 * batch in which a field comes under both its names).
 */
const NOT_SENT = new Set([
  "now",
  "sent_at",
  "offset",
  "ip",
  "site_url",
  "team_id",
  "token",
  "api_key",
  "$token",
  "$distinct_id",
]);

/**
 * The event as the plugins left it, made ready to leave. Never throws, whatever a plugin returned.
 *
 * @param event What the last plugin returned.
 * @param receivedAt When the event was received, in milliseconds since the epoch.
 * @param id A UUID that is the same each time this event is processed; used when the plugins left no valid `uuid`.
 */
export function toOutgoing(event: PluginEvent, receivedAt: number, id: string): OutgoingEvent {
  const uuid: Json | undefined = event.uuid;
  return {
    uuid: typeof uuid === "string" && UUID.test(uuid) ? uuid : id,
    event: toName(event.event),
    distinct_id: toName(event.distinct_id),
    properties: withAddress(isObject(event.properties) ? event.properties : {}, event.ip),
    timestamp: new Date(eventTime(event, receivedAt)).toISOString(),
    ...passedThrough(event),
  };
}

/**
 * The address to put on record for the visitor. PostHog takes the sender's address for an event that carries none,
 * and the sender is the Worker: an event without an address has to say so.
 */
function withAddress(properties: JsonObject, ip: Json | undefined): JsonObject {
  const ownIp = properties["$ip"];
  if (ownIp === undefined && typeof ip === "string" && ip !== "") return { ...properties, $ip: ip };
  if (ownIp === undefined || ownIp === null || ownIp === "") {
    return { ...properties, $ip: null, $geoip_disable: true };
  }
  return properties;
}

function passedThrough(event: PluginEvent): JsonObject {
  const entries = Object.entries(event).filter(([key, value]) => {
    if (NAMED.has(key) || NOT_SENT.has(key)) return false;
    return !OBJECTS_ONLY.has(key) || isObject(value);
  });
  return Object.fromEntries(entries);
}

function toName(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length <= MAX_NAME_LENGTH) return text;
  // Cut between code points: half a surrogate pair is not valid JSON for PostHog.
  return Array.from(text.slice(0, 2 * MAX_NAME_LENGTH))
    .slice(0, MAX_NAME_LENGTH)
    .join("");
}
