import type { Json, JsonObject } from "../../host/event.ts";
import { isObject } from "../../host/is-object.ts";

/** Stands for a value that is not there. */
export const absent: unique symbol = Symbol("absent");
export type MaybeJson = Json | typeof absent;

/** One place in which a run is not as expected. */
export interface Difference {
  /** Such as `returns[0].properties.hello`. */
  path: string;
  /** What is wrong, where that is not one value instead of another. */
  note?: string;
  expected?: MaybeJson;
  actual?: MaybeJson;
}

/** Compares two values whole, regardless of the order of keys, and names the innermost places that differ. */
export function compareWhole(path: string, expected: MaybeJson, actual: MaybeJson): Difference[] {
  if (Array.isArray(expected) && Array.isArray(actual))
    return Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) =>
      compareWhole(`${path}[${i}]`, at(expected, i), at(actual, i)),
    ).flat();
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => compareWhole(join(path, key), at(expected, key), at(actual, key)));
  }
  return Object.is(expected, actual) || expected === actual ? [] : [{ path, expected, actual }];
}

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

function at(container: Json[] | JsonObject, key: string | number): MaybeJson {
  return Object.hasOwn(container, key) ? ((container as JsonObject)[key] ?? null) : absent;
}

function join(path: string, key: string): string {
  return /^[\w$-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
