import { describe, expect, test } from "vitest";

import { EventSource } from "../../runtime/event/event-source.ts";
import type { Value } from "../../runtime/engine/heap.ts";
import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

const source = () => new EventSource(JSON.parse('{"a":1,"o":{"b":2},"list":[1],"__proto__":{"c":3}}'));

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
    "",
    "null",
    "{}",
    "[1]",
    "[[]]",
    "[[0]]",
    '[[0,["a"]]]',
    '[["0",[],{}]]',
    "[[0,[1],{}]]",
    "[[0,[],[]]]",
    "[[0,[],null]]",
    "[[9,[],{}]]",
    "[[-1,[],{}]]",
    "[[0.5,[],{}]]",
    "[[null,[],{}]]",
  ])("changes that no view reports: %s", (json) => {
    expect(() => source().apply(json)).toThrow();
  });

  test("changes to names of prototypes are changes to the event's own keys", () => {
    const event = {} as Record<string, unknown>;
    new EventSource(event).apply('[[0,["toString"],{"__proto__":{"polluted":1},"constructor":2}]]');
    expect([Object.keys(event), Object.getPrototypeOf(event), ({} as { polluted?: unknown }).polluted]).toEqual([
      ["__proto__", "constructor"],
      Object.prototype,
      undefined,
    ]);
  });

  test("very many changed objects do not end the host's stack", () => {
    const event = { o: {} };
    const many = new EventSource(event);
    many.read(0, "o");
    expect(many.levelsWith(`[${Array.from({ length: 200_000 }, () => '[1,[],{"a":1}]').join()}]`)).toBe(2);
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
