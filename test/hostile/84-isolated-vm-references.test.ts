import { describe, expect, test } from "vitest";

import type { Value } from "../../runtime/engine/heap.ts";
import { bootEngine } from "../runtime/support/boot-engine.ts";
import "./support/attack.ts";

/**
 * CVE-2021-21413 (isolated-vm before 4.0.0): a Reference to an object of the host, once handed in, led from property to property to Node's
 * prototypes. Here the border has no references: texts, numbers, booleans, null and copies of bytes are all that crosses it.
 */
describe("Only plain values cross the engine's border, and bytes cross as copies.", () => {
  test.each([
    "{}",
    "[]",
    "() => 1",
    "Symbol()",
    "1n",
    "new Proxy({}, {})",
    "host",
    "new Uint8Array(2)",
    "new Date()",
    "Promise.resolve()",
  ])("the host sees nothing of %s", async (code) => {
    const seen: Value[] = [];
    const engine = await bootEngine({ onHostCall: (args) => void seen.push(...args) });
    engine.evaluate(`host(${code})`, "a.js");
    expect(seen).toEqual([undefined]);
  });

  test("bytes that were handed over cannot be changed afterwards, on either side", async () => {
    const held: Uint8Array[] = [];
    const answer = new Uint8Array([7, 7]);
    const engine = await bootEngine({
      onHostCall: ([bytes]) => {
        if (bytes instanceof Uint8Array) held.push(bytes);
        return answer;
      },
    });
    const code =
      "const u = new Uint8Array([1, 2]); const back = new Uint8Array(host(u.buffer)); u[0] = 9; back[0] = 8; back[0]";
    expect(engine.read(engine.evaluate(code, "a.js"))).toBe(8);
    expect([held[0], answer]).toEqual([new Uint8Array([1, 2]), new Uint8Array([7, 7])]);
  });

  test("a host function has nothing on it", async () => {
    const engine = await bootEngine();
    const code =
      "JSON.stringify([Reflect.ownKeys(host), Object.getPrototypeOf(host) === Function.prototype, typeof host.prototype, host.constructor === Function])";
    expect(JSON.parse(String(engine.read(engine.evaluate(code, "a.js"))))).toEqual([
      ["length", "name"],
      true,
      "undefined",
      true,
    ]);
  });
});
