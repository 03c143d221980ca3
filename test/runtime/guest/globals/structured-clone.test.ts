import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";

/** Makes a value of a plan, clones it, and tells both what it is made of and what it shares with the original. */
const CLONE = `(plan) => {
  const made = [];
  const make = (plan) => {
    const [kind, ...rest] = plan;
    const note = (value) => (made.push(value), value);
    switch (kind) {
      case "is": return rest[0];
      case "again": return made[rest[0] % (made.length || 1)];
      case "list": { const list = note([]); for (const part of rest) list.push(make(part)); return list; }
      case "sparse": { const list = note([]); list[3] = 1; list.extra = make(rest[0]); return list; }
      case "object": { const object = note({}); for (const [key, part] of rest) Object.defineProperty(object, key, { value: make(part), enumerable: key !== "hidden", configurable: true, writable: true }); return object; }
      case "map": { const map = note(new Map()); for (const [key, part] of rest) map.set(make(key), make(part)); return map; }
      case "set": { const set = note(new Set()); for (const part of rest) set.add(make(part)); return set; }
      case "date": return note(new Date(rest[0] ?? NaN));
      case "regexp": return note(new RegExp(rest[0], rest[1]));
      case "boxed": return note(Object(rest[0]));
      case "big": return 12345678901234567890n;
      case "bytes": { const buffer = new ArrayBuffer(16); new Uint8Array(buffer).set(rest[1]); return note(new globalThis[rest[0]](buffer, 8, 1)); }
      case "buffer": return note(new Uint8Array(rest[0]).buffer);
      case "error": { const error = note(new globalThis[rest[0]](rest[1])); error.cause = make(rest[2]); error.own = 1; return error; }
      case "instance": { class Point { constructor() { this.x = 1 } get y() { return 2 } }; return note(new Point()); }
      case "bad": return [() => {}, Symbol("s"), new WeakMap(), Promise.resolve(), new WeakRef({})][rest[0]];
    }
  };
  const seen = [];
  const tell = (value) => {
    if (typeof value === "bigint") return "big " + value;
    if (typeof value !== "object" || value === null) return value === undefined ? "undefined" : Object.is(value, -0) ? "-0" : value;
    if (seen.includes(value)) return "seen " + seen.indexOf(value);
    seen.push(value);
    const type = Object.prototype.toString.call(value);
    const proto = Object.getPrototypeOf(value).constructor.name;
    if (value instanceof Map) return [type, proto, [...value].map(([k, v]) => [tell(k), tell(v)])];
    if (value instanceof Set) return [type, proto, [...value].map(tell)];
    if (value instanceof Date) return [type, proto, value.getTime()];
    if (value instanceof RegExp) return [type, proto, String(value), value.lastIndex];
    if (value instanceof ArrayBuffer) return [type, proto, [...new Uint8Array(value)]];
    if (ArrayBuffer.isView(value)) return [type, proto, value.byteOffset, value.byteLength, tell(value.buffer)];
    if (value instanceof Error) return [type, proto, value.name, value.message, tell(value.cause)];
    if (value instanceof Number || value instanceof String || value instanceof Boolean) return [type, proto, value.valueOf()];
    return [type, proto, value.length ?? -1, Object.keys(value).map((key) => [key, tell(value[key])])];
  };
  const original = make(plan);
  const clone = structuredClone(original);
  const told = tell(clone);
  return [told, made.some((part) => seen.includes(part))];
}`;

const plan = fc.letrec<{ part: unknown[] }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.tuple(fc.constant("is"), fc.constantFrom(1, "text", true, null, 0.5)),
    fc.tuple(fc.constant("again"), fc.nat(5)),
    fc.tuple(fc.constant("date"), fc.constantFrom(0, 1e12, null)),
    fc.constantFrom<unknown[]>(
      ["regexp", "a+", "gi"],
      ["boxed", 5],
      ["boxed", "text"],
      ["boxed", true],
      ["big"],
      ["instance"],
    ),
    fc.tuple(
      fc.constant("bytes"),
      fc.constantFrom("Uint8Array", "DataView", "Float64Array", "BigInt64Array", "Uint8ClampedArray", "Int32Array"),
      fc.constant([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ),
    fc.constantFrom<unknown[]>(["buffer", [1, 2]], ["bad", 0], ["bad", 1], ["bad", 2], ["bad", 3], ["bad", 4]),
    fc.array(tie("part"), { maxLength: 3 }).map((parts) => ["list", ...parts]),
    tie("part").map((part) => ["sparse", part]),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b", "__proto__", "constructor", "hidden", "0"), tie("part")), {
        maxLength: 3,
      })
      .map((pairs) => ["object", ...pairs]),
    fc.array(fc.tuple(tie("part"), tie("part")), { maxLength: 2 }).map((pairs) => ["map", ...pairs]),
    fc.array(tie("part"), { maxLength: 2 }).map((parts) => ["set", ...parts]),
    fc.tuple(
      fc.constant("error"),
      fc.constantFrom("Error", "TypeError", "RangeError"),
      fc.constant("m"),
      fc.constant(["is", 1]),
    ),
  ),
})).part;

describe("structuredClone", () => {
  test("does what the platform's does", async () => {
    const expectSame = await bothWays(CLONE);
    await fc.assert(fc.asyncProperty(plan, expectSame), { numRuns: 80 });
  });

  test("of an error keeps what errors have, and nothing else", async () => {
    const plugin = await loadPlugin(`
      export function onEvent() {
        class Mine extends TypeError {}
        const error = Object.assign(new Mine("m", { cause: 1 }), { own: 2 });
        const clone = structuredClone(error);
        error.cause = error;
        const circular = structuredClone(error);
        return [circular.cause === circular, clone.constructor.name, clone.message, clone.cause, clone.stack === error.stack, Object.keys(clone), "own" in clone];
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([true, "TypeError", "m", 1, true, [], false]);
  });

  test.each(["constructor", "toString", "__proto__", "Error", "Mine", 5])(
    "of an error called %s is an error",
    async (name) => {
      const plugin = await loadPlugin(`
      export function onEvent({ name }) {
        const clone = structuredClone(Object.assign(new Error("m"), { name }));
        return [clone.constructor === Error, clone.name, clone.message];
      }
    `);
      expect(await plugin.run("onEvent", { name })).toEqual([true, "Error", "m"]);
    },
  );

  test("detaches what it transfers", async () => {
    const expectSame = await bothWays(`() => {
      const bytes = new Uint8Array([1, 2, 3]);
      const clone = structuredClone({ bytes }, { transfer: [bytes.buffer] });
      return [bytes.length, bytes.buffer.byteLength, [...clone.bytes]];
    }`);
    await expectSame();
    const plugin = await loadPlugin(`
      export const onEvent = () => [new Uint8Array(1), {}, "x"].map((part) => {
        try { structuredClone(part, { transfer: [part] }) } catch (e) { return [e.name, e.code, e instanceof DOMException] }
      });
    `);
    expect(await plugin.run("onEvent", {})).toEqual(Array.from({ length: 3 }, () => ["DataCloneError", 25, true]));
  });

  test("of an event that lies on the host is plain, and independent", async () => {
    const plugin = await loadPlugin(`
      export function onEvent(event) {
        const clone = structuredClone(event);
        event.properties.a.push(3);
        return [clone, Object.getPrototypeOf(clone.properties) === Object.prototype, event.properties.a];
      }
    `);
    expect(await plugin.run("onEvent", { event: "e", properties: { a: [1, 2] } })).toEqual([
      { event: "e", properties: { a: [1, 2] } },
      true,
      [1, 2, 3],
    ]);
  });

  test("of what a getter changes ends, and passes on what a getter throws", async () => {
    const plugin = await loadPlugin(`
      export function onEvent() {
        const list = [{ get x() { list.push({}); return 1 } }];
        let thrown;
        try { structuredClone({ get x() { throw new Error("mine") } }) } catch (e) { thrown = e.message }
        return [structuredClone(list), thrown];
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([[{ x: 1 }], "mine"]);
  });
});
