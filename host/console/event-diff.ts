import { toOutgoing } from "../delivery/outgoing.ts";
import type { Json, JsonObject, PluginEvent } from "../event.ts";
import type { RecentEvent } from "../team/recent-events.ts";
import { type Change, diffObjects } from "./diff.ts";

export interface EventDiff {
  properties: Change[];
  /** The fields beside the properties, such as `distinct_id`. */
  fields: Change[];
}

/**
 * What the plugins changed in an event: what would have left without them against what left. Nothing is changed in an
 * event that they dropped.
 */
export function diffEvent({ before: received, after: left }: Pick<RecentEvent, "before" | "after">): EventDiff {
  const event = received as PluginEvent;
  const before = toOutgoing(event, Date.parse(event.now), event.uuid);
  const { properties, ...fields } = before;
  const { properties: leftProperties, ...leftFields } = left ?? (before as JsonObject);
  return {
    properties: diffObjects(properties, objectOf(leftProperties)),
    fields: diffObjects(fields, leftFields),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
