import type { Json, JsonObject, RequestContext } from "../event.ts";
import { CaptureError } from "./capture-error.ts";
import { decodeRequest } from "./decode-request.ts";
import { isObject } from "../is-object.ts";
import { MAX_EVENT_BYTES, MAX_EVENTS, MAX_REQUEST_BYTES } from "./limits.ts";
import { readClientIp, readRequestContext } from "./request-context.ts";
import { readSentAt } from "./sent-at.ts";
import { isProjectKey, tokenOf } from "./token.ts";
import { fromV1Event, readV1Headers, V1_ENDPOINT } from "./v1.ts";

/**
 * Most bytes of an event's JSON for each UTF-16 unit of the client's text: a bare lone surrogate is written `\ud800`,
 * and `1e20` with all its digits.
 */
const MAX_GROWTH = 6;

/** A decoded capture request whose project is not known yet. */
export interface Received {
  /** What stands where events should stand, in the client's order; at least one. */
  items: Json[];
  /** Has the form of a project key. */
  token: string;
  /** The items brought the token, so that one with another token belongs to another project. */
  tokenIsFromItems: boolean;
  /** Whether the JSON is long enough for one item to be over the limit of one event. */
  mayHoldLargeEvents: boolean;
  /** `/engage` carries changes of persons, which name no event. */
  isEngage: boolean;
  /** The client wants to be told what became of each event. */
  isV1: boolean;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** ISO 8601 or null. */
  sentAt: string | null;
  ip: string | null;
  siteUrl: string;
  context: RequestContext;
}

export interface ReceiveOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** Whether `request.cf` describes the client. */
  trustCf: boolean;
}

/**
 * Decodes a capture request as far as that is possible without knowing the project.
 *
 * @throws {CaptureError} with the answer for the client.
 */
export async function receive(request: Request, options: ReceiveOptions): Promise<Received> {
  const { json, textLength, form } = await decodeRequest(request, MAX_REQUEST_BYTES);
  const { items, envelope } = readShape(json);
  if (items.length > MAX_EVENTS) throw CaptureError.tooManyEvents();

  const url = new URL(request.url);
  const path = url.pathname.replace(/\/$/, "");
  const v1 = path === V1_ENDPOINT ? readV1Headers(request.headers) : null;
  const requestToken = v1?.token || form.api_key || form.token || (envelope && tokenOf(envelope));
  const token = requestToken || firstToken(items);
  if (token === null) throw CaptureError.missingKey();
  if (!isProjectKey(token)) throw CaptureError.invalidKey();

  const ip = readClientIp(request);
  return {
    items: v1 === null ? items : items.map((item) => fromV1Event(item, v1.lib)),
    token,
    tokenIsFromItems: !requestToken,
    mayHoldLargeEvents: textLength * MAX_GROWTH > MAX_EVENT_BYTES,
    isEngage: path === "/engage",
    isV1: v1 !== null,
    receivedAt: options.now,
    sentAt: readSentAt([url.searchParams.get("_"), v1?.sentAt, envelope?.sent_at, form.sent_at]),
    ip,
    siteUrl: url.origin,
    context: readRequestContext(request, options.trustCf, ip),
  };
}

/** One event, an array of events, or an envelope with a `batch` of them, on any path. */
function readShape(json: Json): { items: Json[]; envelope: JsonObject | null } {
  if (Array.isArray(json)) {
    if (json.length === 0) throw CaptureError.noData();
    return { items: json, envelope: null };
  }
  if (!isObject(json)) throw CaptureError.invalidJson("Expected an object or an array.");
  const { batch } = json;
  const isBatch = Array.isArray(batch) && batch.length > 0;
  return { items: isBatch ? batch : [json], envelope: json };
}

function firstToken(items: Json[]): string | null {
  for (const item of items) {
    const token = isObject(item) ? tokenOf(item) : null;
    if (token !== null) return token;
  }
  return null;
}
