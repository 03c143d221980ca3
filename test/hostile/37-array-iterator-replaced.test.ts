import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

describe("An iterator of arrays that the plugin replaced is not asked on the way to the host's functions.", () => {
  test.each([
    [
      "Array.prototype[Symbol.iterator]",
      "Array.prototype[Symbol.iterator] = function* () { stolen.push(this); for (let i = 0; i < this.length; i++) yield this[i] }",
    ],
    [
      "the iterator's next",
      "const proto = Object.getPrototypeOf([][Symbol.iterator]()), { next } = proto; proto.next = function () { const r = next.call(this); stolen.push(r.value); return r }",
    ],
  ])("%s", async (_, script) => {
    const body = `
      await meta.cache.set("k", 1); console.log("x"); const p = event.properties.list; await meta.cache.get("k");
      const all = [], seen = new Set();
      const walk = (v) => { if (seen.has(v)) return; seen.add(v); if (typeof v === "function") all.push(v.name); else if (v && typeof v === "object") for (let i = 0, k = Object.keys(v); i < k.length; i++) walk(v[k[i]]) };
      const taken = stolen; globalThis.stolen = [];
      walk(taken);
      return all.filter((name) => ["host", "call", "sync", "async", "settle", "complete"].includes(name))`;
    const { result } = await attack(body, { script: `globalThis.stolen = []; ${script}` });
    expect([result.outcome.kind, result.json]).toEqual(["ok", "[]"]);
  });
});
