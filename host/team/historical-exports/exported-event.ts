import type { Json, JsonObject } from "../../event.ts";
import { isObject } from "../../is-object.ts";

/** An old event as exportEvents is given it: PostHog's fields, and the uuid. @param now milliseconds since the epoch */
export function exportedEvent(event: JsonObject, teamId: number, now: number): JsonObject {
  const given = event["properties"];
  const properties: JsonObject = isObject(given) ? (given as JsonObject) : {};
  const { $ip: ip } = properties;
  return {
    uuid: textOr(event["uuid"] ?? event["id"], ""),
    team_id: teamId,
    distinct_id: textOr(event["distinct_id"], ""),
    event: event["event"] ?? "",
    properties,
    timestamp: event["timestamp"] ?? "",
    now: new Date(now).toISOString(),
    ip: textOr(ip, ""),
    site_url: "",
    sent_at: textOr(event["created_at"] ?? event["timestamp"], ""),
  };
}

const textOr = (value: Json | undefined, otherwise: string): string => (typeof value === "string" ? value : otherwise);
