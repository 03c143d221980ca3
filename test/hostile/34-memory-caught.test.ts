import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";

describe("Memory that ran out and was let go of again is the plugin's own affair.", () => {
  test("the call goes on", async () => {
    const body = `
      for (let i = 0; i < 5; i++) try { const a = []; for (;;) a.push(new ArrayBuffer(1e6)) } catch (e) { globalThis.said = String(e) }
      return [said, event.properties.a, await meta.cache.get("k", "default")]`;
    expect(await survived(body, { limits: { fuel: 300_000_000 } })).toEqual([
      "InternalError: out of memory",
      1,
      "default",
    ]);
  });

  test("but not more of it than there is, however it is tried", async () => {
    const body = `
      globalThis.kept = [];
      for (let n = 1 << 24; n >= 16; n >>= 1) try { for (;;) kept.push(new ArrayBuffer(n)) } catch {}
      for (const use of [() => event.properties, () => Object.keys(event), () => console.log("x"), () => new URL("https://x.com"), () => [...kept]])
        try { use() } catch {}
      return 1`;
    const { plugin, result } = await attack(body, { limits: { fuel: 300_000_000 } });
    expect(["ok", "memory", "threw"]).toContain(result.outcome.kind);
    expect(plugin.sandbox.memoryBytes).toBeLessThan(40 * 1024 * 1024);
  });
});
