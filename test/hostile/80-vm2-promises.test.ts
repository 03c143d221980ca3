import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

/**
 * CVE-2023-37466 (vm2): Promise's @@species, or a replaced then, got hold of rejections of the host before they were made harmless.
 * Here a rejection is made in the guest, of two texts.
 */
describe("Whatever becomes of then, catch and species, a rejection is the guest's own.", () => {
  test.each([
    [
      "species",
      "class P extends Promise {} Object.defineProperty(Promise, Symbol.species, { get: () => function (executor) { executor((x) => keep(x), (x) => keep(x)); return P.resolve() } });",
    ],
    [
      "constructor",
      "Object.defineProperty(Promise.prototype, 'constructor', { get: () => ({ [Symbol.species]: function (executor) { executor(keep, keep) } }) });",
    ],
    [
      "then",
      "const { then } = Promise.prototype; Promise.prototype.then = function (a, b) { return Reflect.apply(then, this, [(x) => { keep(x); return a?.(x) }, (x) => { keep(x); if (b) return b(x); throw x }]) };",
    ],
    [
      "Function.prototype.call",
      "Function.prototype.call = function (...a) { a.forEach(keep); return Reflect.apply(this, a[0], a.slice(1)) };",
    ],
    [
      "Reflect.apply",
      "const { apply } = Reflect; Reflect.apply = (f, t, a) => { keep(f); keep(t); a.forEach(keep); return apply(f, t, a) };",
    ],
  ])("%s", async (_, tamper) => {
    const body = `
      const kept = [], keep = (x) => { kept.push(x) };
      ${tamper}
      const made = meta.cache.expire("k", -1); made.catch?.(keep);
      try { await meta.cache.lpop("k", -1) } catch (e) { keep(e) }
      for (const x of kept) if (x && (typeof x === "object" || typeof x === "function")) {
        const make = x.constructor && x.constructor.constructor;
        if (typeof make === "function" && make("return globalThis")() !== globalThis) return "out";
        if (typeof x === "function" && ["host", "send", "settle"].includes(x.name)) return "host";
      }
      return kept.length > 0`;
    expect([true, false]).toContain(await survived(body));
  });
});
