import type { Json, JsonObject } from "../event.ts";
import { isObject } from "../is-object.ts";
import { MAX_DISTINCT_ID_LENGTH } from "./limits.ts";
import { cut } from "./utf8.ts";

/**
 * Who an event is about: `$distinct_id`, else `properties.distinct_id`, else `distinct_id`. Null and the empty string
 * count as missing (posthog-node 1 sends aliases with a top-level null), what is not a string is taken as its JSON,
 * and all is cut to 200 characters.
 */
export function readDistinctId(item: JsonObject): string | null {
  const properties = isObject(item.properties) ? item.properties : {};
  const candidates: (Json | undefined)[] = [item.$distinct_id, properties.distinct_id, item.distinct_id];
  for (const id of candidates) {
    if (id === undefined || id === null || id === "") continue;
    return cut(typeof id === "string" ? id : JSON.stringify(id), MAX_DISTINCT_ID_LENGTH);
  }
  return null;
}
