import { uuidv7 } from "uuidv7";
import type { Json, JsonObject, Message } from "../event.ts";
import { isDeeperThan } from "../json-depth.ts";
import { readDistinctId } from "./distinct-id.ts";
import { isObject } from "../is-object.ts";
import { MAX_EVENT_BYTES, MAX_EVENT_DEPTH } from "./limits.ts";
import type { Received } from "./received.ts";
import type { Rejection } from "./rejection.ts";
import { sampleOf } from "./sample.ts";
import { tokenOf } from "./token.ts";
import { utf8Length } from "./utf8.ts";

/** The project that events are for, as far as capture cares. */
export interface CaptureTeam {
  teamId: number;
  /** The project discards client addresses: they are not even stored. */
  anonymizeIps: boolean;
}

/** Top-level keys that the server alone fills. A valid `uuid` of the client is its own. */
const TRUSTED = new Set(["uuid", "event", "distinct_id", "properties", "ip", "site_url", "team_id", "now", "sent_at"]);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Turns each item of a request into a message, or into a rejection that says why not. */
export function toMessages(received: Received, team: CaptureTeam): { messages: Message[]; rejections: Rejection[] } {
  const messages: Message[] = [];
  const rejections: Rejection[] = [];
  for (const [index, item] of received.items.entries()) {
    const result = toMessage(item, received, team);
    if ("event" in result) messages.push(result);
    else rejections.push({ index, ...result, item: sampleOf(item) });
  }
  return { messages, rejections };
}

function toMessage(item: Json, received: Received, team: CaptureTeam): Message | Pick<Rejection, "code" | "detail"> {
  if (!isObject(item)) {
    return { code: "invalid_event", detail: "An event must be a JSON object." };
  }
  if (isDeeperThan(item, MAX_EVENT_DEPTH)) {
    return {
      code: "nested_too_deep",
      detail: `An event must not be nested more than ${MAX_EVENT_DEPTH} levels deep.`,
    };
  }
  if (received.tokenIsFromItems && (tokenOf(item) ?? received.token) !== received.token) {
    return {
      code: "invalid_api_key",
      detail: "The event has another API key than the first of the request. Send them apart.",
    };
  }
  const distinctId = readDistinctId(item);
  if (distinctId === null) {
    return {
      code: "missing_distinct_id",
      detail: "You need to set user distinct ID field `distinct_id`.",
    };
  }
  const name = item.event || (received.isEngage && "$identify");
  if (!name) {
    return { code: "missing_event", detail: "You need to set event name field `event`." };
  }
  if (received.mayHoldLargeEvents && isLarge(item)) {
    return {
      code: "event_too_large",
      detail: `An event must not be larger than ${MAX_EVENT_BYTES / 1024 / 1024} MB of JSON.`,
    };
  }

  const id = uuidv7();
  return {
    id,
    event: {
      uuid: typeof item.uuid === "string" && UUID.test(item.uuid) ? item.uuid : id,
      event: name,
      distinct_id: distinctId,
      properties: isObject(item.properties) ? item.properties : {},
      ip: team.anonymizeIps ? null : received.ip,
      site_url: received.siteUrl,
      team_id: team.teamId,
      now: new Date(received.receivedAt).toISOString(),
      sent_at: received.sentAt,
      ...passedThrough(item),
    },
    receivedAt: received.receivedAt,
    request: team.anonymizeIps ? { ...received.context, ip: null } : received.context,
    hops: 0,
  };
}

/** All other keys, in order. A copy by entries keeps a key `__proto__` what it is in JSON: a key. */
function passedThrough(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !TRUSTED.has(key)));
}

function isLarge(item: JsonObject): boolean {
  const json = JSON.stringify(item);
  if (json.length > MAX_EVENT_BYTES) return true;
  return json.length * 3 > MAX_EVENT_BYTES && utf8Length(json) > MAX_EVENT_BYTES;
}
