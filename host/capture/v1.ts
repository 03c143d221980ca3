import type { Json, JsonObject } from "../event.ts";
import { isObject } from "../is-object.ts";
import type { Rejection } from "./rejection.ts";

/** Where posthog-node 5 sends its events with `POSTHOG_CAPTURE_MODE=v1`. */
export const V1_ENDPOINT = "/i/v1/analytics/events";

/** `posthog-node/5.70.0`. It is copied into each event, so its length is bounded. */
const SDK_INFO = /^(.{1,100})\/([^/]{1,100})$/;

/** The properties that v1 sends as fields of the event, by the names of the fields. */
const FIELDS = new Map([
  ["session_id", "$session_id"],
  ["window_id", "$window_id"],
]);

/** The properties that v1 sends as the event's `options`, by the names of the options. */
const OPTIONS = new Map([
  ["cookieless_mode", "$cookieless_mode"],
  ["disable_skew_correction", "$ignore_sent_at"],
  ["process_person_profile", "$process_person_profile"],
  ["product_tour_id", "$product_tour_id"],
]);

/** What v1 says in headers, and older protocols in the body. */
export interface V1Headers {
  token: string | null;
  sentAt: string | null;
  /** `$lib` and `$lib_version`, as far as they are known. */
  lib: JsonObject;
}

export function readV1Headers(headers: Headers): V1Headers {
  const [, $lib, $lib_version] = SDK_INFO.exec(headers.get("posthog-sdk-info") ?? "") ?? [];
  return {
    token: /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null,
    sentAt: headers.get("posthog-request-timestamp"),
    lib: $lib && $lib_version ? { $lib, $lib_version } : {},
  };
}

/** Puts an event into the shape that all other clients send and all plugins know. */
export function fromV1Event(item: Json, lib: JsonObject): Json {
  if (!isObject(item)) return item;
  const options = isObject(item.options) ? item.options : {};
  const properties = {
    ...lib,
    ...renamed(item, FIELDS),
    ...renamed(options, OPTIONS),
    ...(isObject(item.properties) ? item.properties : {}),
  };
  const rest = Object.entries(item).filter(([key]) => key !== "options" && !FIELDS.has(key));
  return { ...Object.fromEntries(rest), properties };
}

/** The answer that v1 clients expect: what became of each event, by its `uuid`. */
export function v1Answer(items: readonly Json[], rejections: readonly Rejection[]): JsonObject {
  const details = new Map(rejections.map(({ index, detail }) => [index, detail]));
  const results = items.flatMap((item, index): [string, Json][] => {
    if (!isObject(item) || typeof item.uuid !== "string") return [];
    const detail = details.get(index);
    return [[item.uuid, detail === undefined ? { result: "ok" } : { result: "drop", details: detail }]];
  });
  return { results: Object.fromEntries(results) };
}

function renamed(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const entries = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const name = names.get(key);
    return name === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
