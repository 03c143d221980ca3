import { describe, expect, test } from "vitest";

import { EventSource } from "../../runtime/event/event-source.ts";
import type { Value } from "../../runtime/engine/heap.ts";
import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

const LIMITS = { returnedBytes: 1_000 };
const source = () => new EventSource(JSON.parse('{"a":1,"o":{"b":2},"list":[1],"__proto__":{"c":3}}'), LIMITS);

describe("The host answers only what a view may ask, about objects of the event in hand.", () => {
  test.each([
    -1,
    1,
    5,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "0",
    "__proto__",
    null,
    undefined,
    true,
    new Uint8Array(1),
  ] as Value[])("there is no object %s", (id) => {
    expect(() => source().read(id, "a")).toThrow("the event has no object");
  });

  test.each([1, null, true, new Uint8Array(1)] as Value[])("there is no key %s", (key) => {
    expect(() => source().read(0, key)).toThrow("a key of the event");
  });

  test.each(["toString", "constructor", "hasOwnProperty", "__defineGetter__", "b", "length"])(
    "a key that the event does not have itself: %s",
    (key) => {
      expect(source().read(0, key)).toBeUndefined();
    },
  );

  test.each([
    [9, "a", 1, false],
    [-1, "a", 1, false],
    [0.5, "a", 1, false],
    ["0", "a", 1, false],
    [0, 1, 1, false],
    [0, undefined, 1, false],
    [0, "a", new Uint8Array(1), false],
    [0, "a", "{bad", true],
    [0, "a", "1", true],
    [0, "a", "[1]", true],
    [0, "a", "{}", true],
    [0, "a", '{"b":1}', true],
    [0, "toString", '{"a":1}', true],
    [0, "a", undefined, true],
  ] as [Value, Value, Value, Value][])(
    "a change that no view tells: object %s, key %s, %s",
    (id, key, value, isJson) => {
      expect(() => source().noteChange(id, key, value, isJson)).toThrow();
    },
  );

  test("changes to names of prototypes are changes to the event's own keys", () => {
    const event = {} as Record<string, unknown>;
    const changed = new EventSource(event, LIMITS);
    changed.noteChange(0, "toString", undefined, false);
    changed.noteChange(0, "__proto__", '{"__proto__":{"polluted":1}}', true);
    changed.noteChange(0, "constructor", 2, false);
    changed.changes.apply();
    expect([Object.keys(event), Object.getPrototypeOf(event), ({} as { polluted?: unknown }).polluted]).toEqual([
      ["__proto__", "constructor"],
      Object.prototype,
      undefined,
    ]);
  });

  test("the host keeps no more of an event's changes than a call may make", () => {
    const changed = source();
    changed.noteChange(0, "a", "x".repeat(900), false);
    expect(() => changed.noteChange(0, "b", "x".repeat(200), false)).toThrow("more than 1000 characters");
    expect(() => source().noteChange(0, "b", `{"b":"${"x".repeat(1000)}"}`, true)).toThrow("more than 1000 characters");
  });

  test("a plugin that forges the numbers gets another part of its own event at best", async () => {
    const plugin = await loadPlugin(
      `exports.onEvent = (event) => {
         Object.defineProperty(Array.prototype, "0", { configurable: true, get() { return undefined }, set(value) { Object.defineProperty(this, "0", { value: typeof value === "number" ? event.forged : value, writable: true, enumerable: true, configurable: true }) } });
         const part = event.properties;
         try { return [part.secret, Object.keys(part).length] } finally { delete Array.prototype[0] }
       }`,
      { raw: true },
    );
    for (const forged of [0, 1, 2, 99, -1, 0.5, 4294967296]) {
      const { outcome } = await plugin.call("onEvent", [{ forged, properties: { a: 1 } }]);
      expect(["ok", "threw"]).toContain(outcome.kind);
      if (outcome.kind === "threw") break;
    }
    const next = await loadPlugin("exports.onEvent = (event) => event.properties.a", { raw: true });
    expect(await next.run("onEvent", { properties: { a: 5 } })).toBe(5);
  });
});
