import type { Json, JsonObject } from "../../host/event.ts";
import { absent, at, compareWhole, join, type Difference, type MaybeJson } from "../../host/event-diff/difference.ts";
import { isObject } from "../../host/is-object.ts";

/** Compares what is expected of an object's keys alone; null stands for absent. */
export function compareSubset(path: string, expected: Json, actual: MaybeJson): Difference[] {
  if (!isObject(expected) || !isObject(actual)) return compareWhole(path, expected, actual);
  return Object.entries(expected).flatMap(([key, wanted]) => {
    const found = at(actual, key);
    return wanted === null && found === absent ? [] : compareWhole(join(path, key), wanted, found);
  });
}

/** Compares lists of objects item by item; items that one of them has more are differences themselves. */
export function compareItems(
  path: string,
  expected: Json,
  actual: Json,
  compare: (path: string, expected: JsonObject, actual: JsonObject) => Difference[],
): Difference[] {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return compareWhole(path, expected, actual);
  return Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => {
    const wanted = at(expected, i);
    const found = at(actual, i);
    const place = `${path}[${i}]`;
    return isObject(wanted) && isObject(found) ? compare(place, wanted, found) : compareWhole(place, wanted, found);
  }).flat();
}
