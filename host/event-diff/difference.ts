import type { Json, JsonObject } from "../event.ts";
import { isObject } from "../is-object.ts";

/** Stands for a value that is not there. */
export const absent: unique symbol = Symbol("absent");
export type MaybeJson = Json | typeof absent;

/** One place in which two values differ. */
export interface Difference {
  /** Such as `returns[0].properties.hello`. */
  path: string;
  /** What differs, where that is not one value instead of another. */
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

/** What a list or object has of its own in a place. */
export function at(container: Json[] | JsonObject, key: string | number): MaybeJson {
  return Object.hasOwn(container, key) ? ((container as JsonObject)[key] ?? null) : absent;
}

/** The path of a key below another path. */
export function join(path: string, key: string): string {
  return /^[\w$-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
