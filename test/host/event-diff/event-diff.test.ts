import { describe, expect, test } from "vitest";
import { diffEvent } from "../../../host/event-diff/event-diff.ts";
import type { JsonObject, PluginEvent } from "../../../host/event.ts";
import { message } from "../api/client.ts";

/** How an event differs that plugins changed as `change` does. */
function diff(received: JsonObject, change: (event: PluginEvent) => void) {
  const before = message(1, received).event;
  const after = structuredClone(before) as PluginEvent;
  change(after);
  const { properties, fields } = diffEvent({ before, after });
  return [...properties, ...fields]
    .filter(({ kind }) => kind !== "same")
    .map(({ key, kind, before: was, after: is }) => ({ key, kind, was, is }));
}

describe("a diff", () => {
  test("of an event that no plugin touched is empty", () => {
    for (const ip of ["1.2.3.4", null])
      expect(diff({ ip, timestamp: "2020-01-01", sent_at: "2020-01-02", token: "t" }, () => undefined)).toEqual([]);
  });

  test("shows the address where plugins have it", () => {
    const { event: before } = message(1, { ip: "1.2.3.4", properties: { a: 1 } });
    const { properties, fields } = diffEvent({ before, after: before });
    expect(properties.map(({ key }) => key)).toEqual(["a"]);
    expect(fields).toContainEqual({ key: "ip", kind: "same", before: "1.2.3.4", after: "1.2.3.4" });
  });

  test("names added, changed and removed properties", () => {
    const properties = { kept: 1, changed: { deep: [1] }, removed: null };
    const changes = diff({ properties }, (event) => {
      event.properties = { kept: 1, changed: { deep: [2] }, added: 0 };
    });
    expect(changes).toEqual([
      { key: "changed", kind: "changed", was: { deep: [1] }, is: { deep: [2] } },
      { key: "removed", kind: "removed", was: null, is: undefined },
      { key: "added", kind: "added", was: undefined, is: 0 },
    ]);
  });

  test("tells of other fields, and of the address", () => {
    const changes = diff({ ip: "1.2.3.4", distinct_id: "me" }, (event) => {
      event.ip = null;
      event.distinct_id = "you";
      event["$set"] = { a: 1 };
    });
    expect(changes).toEqual([
      { key: "distinct_id", kind: "changed", was: "me", is: "you" },
      { key: "ip", kind: "changed", was: "1.2.3.4", is: null },
      { key: "$set", kind: "added", was: undefined, is: { a: 1 } },
    ]);
  });

  test("of a dropped event is empty", () => {
    const { event: before } = message(1, { properties: { a: 1 } });
    expect(diffEvent({ before, after: null }).properties).toContainEqual({
      key: "a",
      kind: "same",
      before: 1,
      after: 1,
    });
  });

  test("knows keys that objects have of themselves", () => {
    const properties = JSON.parse('{"constructor": 1, "__proto__": 2}') as JsonObject;
    const changes = diff({ properties }, (event) => {
      event.properties = { toString: "added" };
    });
    expect(changes.map(({ key, kind }) => `${kind} ${key}`)).toContain("removed constructor");
    expect(changes.map(({ key, kind }) => `${kind} ${key}`)).toContain("added toString");
  });
});
