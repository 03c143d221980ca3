import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

describe("A call ends with all that it began; what is kept of it runs in the call that sets it off, on that call's account.", () => {
  test("a promise of the first call that the second resolves", async () => {
    const plugin = await loadPlugin(
      `let resolve, ran = [];
       exports.onEvent = async (event) => {
         if (event.n === 1) { new Promise((r) => { resolve = r }).then(() => { ran.push("of 1"); console.log("of 1") }); return 1 }
         const before = ran.length; resolve(); await null; await null;
         return [before, ran];
       };`,
      { raw: true },
    );
    expect(await plugin.run("onEvent", { n: 1 })).toBe(1);
    expect(plugin.records.logs).toEqual([]);
    expect(await plugin.run("onEvent", { n: 2 })).toEqual([0, ["of 1"]]);
  });

  test("fuel of such a reaction is the second call's", async () => {
    const plugin = await loadPlugin(
      "let resolve; exports.onEvent = (event) => { if (event.n === 1) { new Promise((r) => { resolve = r }).then(() => { for (;;); }); return 1 } resolve(); return 2 };",
      { raw: true, limits: { fuel: 1_000_000 } },
    );
    expect(await plugin.run("onEvent", { n: 1 })).toBe(1);
    expect((await plugin.call("onEvent", [{ n: 2 }])).outcome).toMatchObject({
      kind: "fuel",
      limit: "fuel",
      value: 1_000_000,
    });
    expect(plugin.sandbox.lost).toBe(true);
  });

  test("a capability that the first call kept counts for the second", async () => {
    const plugin = await loadPlugin(
      "let kept; exports.onEvent = async (event, meta) => { kept ??= meta.cache; for (let i = 0; i < event.n; i++) await kept.get('k'); return event.n };",
      { raw: true, limits: { calls: 10 } },
    );
    expect(await plugin.run("onEvent", { n: 10 })).toBe(10);
    expect(await plugin.run("onEvent", { n: 10 })).toBe(10);
    expect((await plugin.call("onEvent", [{ n: 11 }])).outcome).toMatchObject({ kind: "limit", limit: "calls" });
  });
});
