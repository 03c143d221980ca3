import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

/**
 * Weak collections take no more memory than the plugin has. QuickJS forgets to say why it could not make one: the plugin is then told of a
 * thrown null instead of a memory that is full.
 */
describe("Weak references take no more memory than the plugin has.", () => {
  test.each([
    ["WeakRef", "const o = {}, a = []; for (;;) a.push(new WeakRef(o))"],
    ["WeakMap", "const o = {}, a = []; for (;;) { const m = new WeakMap(); m.set(o, 1); a.push(m) }"],
    ["entries of a WeakMap", "const m = new WeakMap(), a = []; for (;;) { const o = {}; a.push(o); m.set(o, o) }"],
    ["WeakSet", "const s = new WeakSet(), a = []; for (;;) { const o = {}; a.push(o); s.add(o) }"],
    ["FinalizationRegistry", "const f = new FinalizationRegistry(() => {}), o = {}; for (;;) f.register(o, 1)"],
  ])("%s", async (_, body) => {
    const { plugin, result } = await attack(body, { limits: { fuel: 2_000_000_000 } });
    const { kind, message } = result.outcome;
    expect([
      ["memory", "out of memory: the limit is 33554432 (memoryBytes)"],
      ["threw", "null"],
    ]).toContainEqual([kind, message]);
    expect(plugin.sandbox.lost).toBe(kind === "memory");
    expect(plugin.sandbox.memoryBytes).toBeLessThan(40 * 1024 * 1024);
  });
});
