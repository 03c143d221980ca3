import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

describe("Setters on Array.prototype's indexes see nothing that leads to the host.", () => {
  test("what they are given is data, and the arrays that it is put into", async () => {
    const script = `
      globalThis.seen = [];
      for (const index of ["0", "1", "2", "3"])
        Object.defineProperty(Array.prototype, index, { configurable: true, get() { return undefined }, set(value) { if (on) { on = false; seen = [...seen, [this, value]]; on = true } } });
      globalThis.on = false;`;
    const body = `
      on = true;
      const properties = event.properties, list = properties && properties.list;
      console.log("a", [1]);
      try { new URL("https://x.com") } catch {}
      try { await meta.cache.lpush("k", ["a", "b"]); await meta.cache.lrange("k", 0, 5) } catch {}
      on = false;
      for (const index of ["0", "1", "2", "3"]) delete Array.prototype[index];
      const types = new Set();
      const walk = (value) => { if (typeof value === "function") types.add("function " + value.name); else if (value && typeof value === "object") { types.add("object"); for (const key of Object.keys(value)) walk(value[key]) } };
      walk(seen);
      return [seen.length, [...types].sort()]`;
    const { result } = await attack(body, { script });
    expect(result.outcome.kind).toBe("ok");
    const [count, types] = JSON.parse(result.json ?? "") as [number, string[]];
    expect(count).toBeGreaterThan(0);
    expect(types.filter((type) => type.startsWith("function"))).toEqual([]);
  });
});
