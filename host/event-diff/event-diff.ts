import type { Json, JsonObject } from "../event.ts";
import type { RecentEvent } from "../team/insight/recent-events.ts";
import { type Change, diffObjects } from "./diff.ts";

export interface EventDiff {
  properties: Change[];
  /** The fields beside the properties, such as `distinct_id`. */
  fields: Change[];
}

/**
 * What the plugins changed in an event: as the first got it against as the last left it. What delivery adds afterwards,
 * such as `$ip`, no plugin ever sees. Nothing is changed in an event that they dropped.
 */
export function diffEvent({ before, after }: Pick<RecentEvent, "before" | "after">): EventDiff {
  const { properties, ...fields } = before;
  const { properties: leftProperties, ...leftFields } = after ?? before;
  return {
    properties: diffObjects(objectOf(properties), objectOf(leftProperties)),
    fields: diffObjects(fields, leftFields),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
