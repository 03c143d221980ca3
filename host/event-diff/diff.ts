import type { Json, JsonObject } from "../event.ts";

export type ChangeKind = "added" | "changed" | "removed" | "same";

/** What became of one key of an object. A value that is not there is undefined. */
export interface Change {
  key: string;
  kind: ChangeKind;
  before: Json | undefined;
  after: Json | undefined;
}

/** Compares two objects key by key, in the order of the first; keys that only the second has follow. */
export function diffObjects(before: JsonObject, after: JsonObject): Change[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].map((key) => {
    const change = { key, before: own(before, key), after: own(after, key) };
    return { ...change, kind: kindOf(change) };
  });
}

function kindOf({ before, after }: Pick<Change, "before" | "after">): ChangeKind {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  return JSON.stringify(before) === JSON.stringify(after) ? "same" : "changed";
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
