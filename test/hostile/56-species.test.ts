import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

describe("Symbol.species and constructors that a plugin replaces get its own values, and no function of the library.", () => {
  test.each([
    ["Promise[Symbol.species]", "Object.defineProperty(Promise, Symbol.species, { get: () => Evil })"],
    ["Array[Symbol.species]", "Object.defineProperty(Array, Symbol.species, { get: () => EvilArray })"],
    ["Promise.prototype.constructor", "Object.defineProperty(Promise.prototype, 'constructor', { get: () => Evil })"],
    ["Array.prototype.constructor", "Object.defineProperty(Array.prototype, 'constructor', { get: () => EvilArray })"],
    [
      "ArrayBuffer[Symbol.species]",
      "Object.defineProperty(ArrayBuffer, Symbol.species, { get: () => function (n) { taken.push(n); return new ArrayBuffer(n) } })",
    ],
    [
      "typed arrays' species",
      "Object.defineProperty(Object.getPrototypeOf(Uint8Array), Symbol.species, { get: () => function (...a) { taken.push(...a); return new Uint8Array(...a) } })",
    ],
    [
      "RegExp[Symbol.species]",
      "Object.defineProperty(RegExp, Symbol.species, { get: () => function (...a) { taken.push(...a); return /x/ } })",
    ],
  ])("%s", async (_, tamper) => {
    const script = `
      globalThis.taken = [];
      class Evil extends Promise { constructor(executor) { super((resolve, reject) => { taken.push(executor); return executor(resolve, reject) }) } }
      class EvilArray extends Array { constructor(...a) { super(...a); taken.push(this) } }`;
    const body = `
      ${tamper};
      try { await meta.cache.set("k", 1); await meta.cache.lpush("l", ["a"]); console.log("a", [1]); await new Response("x").text(); new URLSearchParams("a=b").get("a") } catch {}
      const names = taken.flat(3).filter((x) => typeof x === "function").map((f) => f.name);
      return names.filter((name) => ["host", "call", "sync", "async", "settle", "complete", "send", "serve"].includes(name))`;
    const { result } = await attack(body, { script });
    expect(["ok", "bad-return", "threw"]).toContain(result.outcome.kind);
    if (result.json !== null) expect(JSON.parse(result.json)).toEqual([]);
  });
});
