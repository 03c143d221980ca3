import type { Json, PluginEvent } from "../event.ts";
import { parseTime } from "../parse-time.ts";

/** A client's clock may be wrong by a time zone, not by more: PostHog takes later times for a mistake. */
const FUTURE_LIMIT_MS = 23 * 60 * 60 * 1000;

/**
 * When an event happened, from the fields as the plugins left them:
 *
 * 1. `timestamp` and `sent_at`: `now + (timestamp - sent_at)`, which takes the client's wrong clock out;
 * 2. `timestamp` alone, or with `properties.$ignore_sent_at`: as it stands;
 * 3. `offset`: `now - offset` milliseconds, whatever `sent_at` says;
 * 4. else `now`.
 *
 * A value that cannot be read as a time gives `now`; a result more than 23 hours ahead gives `receivedAt`.
 *
 * @param receivedAt Milliseconds since the epoch; stands in for a `now` that a plugin removed or broke.
 * @returns Milliseconds since the epoch, always within the years 1 to 9999.
 */
export function eventTime(event: PluginEvent, receivedAt: number): number {
  const now = parseTime(event.now) ?? receivedAt;
  const time = clientTime(event, now) ?? now;
  if (time > receivedAt + FUTURE_LIMIT_MS) return receivedAt;
  return parseTime(new Date(time).toISOString()) ?? now;
}

function clientTime(event: PluginEvent, now: number): number | null {
  if (isGiven(event["timestamp"])) {
    const timestamp = parseTime(event["timestamp"]);
    const sentAt = ignoresSentAt(event.properties) ? null : parseTime(event.sent_at);
    return timestamp === null || sentAt === null ? timestamp : now + (timestamp - sentAt);
  }
  const offset = event["offset"];
  if (typeof offset !== "number" || Number.isNaN(new Date(now - offset).getTime())) return null;
  return now - offset;
}

function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

function ignoresSentAt(properties: Json | undefined): boolean {
  return typeof properties === "object" && properties !== null && "$ignore_sent_at" in properties
    ? Boolean(properties["$ignore_sent_at"])
    : false;
}
