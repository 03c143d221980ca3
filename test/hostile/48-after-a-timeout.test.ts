import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { response } from "../runtime/support/records.ts";
import { nothingMore, stopped } from "./support/attack.ts";

describe("Nothing of a call runs after it was ended.", () => {
  test("an answer that comes after the wall time", async () => {
    const plugin = await loadPlugin(
      "exports.onEvent = async () => { await fetch('https://x.com'); console.log('late'); posthog.capture('late', {}) }",
      { raw: true, limits: { wallMs: 5 } },
    );
    let answer: (() => void) | undefined;
    plugin.records.respond = () =>
      new Promise((resolve) => {
        answer = () => resolve(response(200, ""));
      });
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "timeout", limit: "wallMs", value: 5 });
    expect(plugin.sandbox.lost).toBe(true);
    answer?.();
    await nothingMore(plugin);
    expect(plugin.records.logs).toEqual([]);
  });

  test.each([
    ["a timer that fires again and again", "setInterval(() => {}, 0); return 1"],
    ["a timer that sets the next", "(function f() { setTimeout(f, 0) })(); return 1"],
    ["an await that never ends", "for (;;) await new Promise((r) => setTimeout(r, 0))"],
    ["a capability, for ever", "for (;;) await meta.cache.get('k')"],
    [
      "two that call each other",
      "(async function a() { for (;;) await meta.cache.get('a') })(); for (;;) await meta.cache.get('b')",
    ],
  ])("%s", async (_, body) => {
    await stopped("wallMs", body, {
      limits: { wallMs: 20, fuel: 2_000_000_000, calls: 1e9, bytesIn: 1e12, bytesOut: 1e12 },
    });
  });

  test("timers of a call that ran out of fuel", async () => {
    await stopped("fuel", "setTimeout(() => console.log('late'), 1); for (;;);");
  });

  test("a promise that nothing settles is found without waiting", async () => {
    const plugin = await loadPlugin("exports.onEvent = () => new Promise(() => {})", {
      raw: true,
      limits: { wallMs: 3_600_000 },
    });
    const { outcome } = await plugin.call("onEvent", [{}]);
    expect([outcome.kind, outcome.limit, plugin.sandbox.lost]).toEqual(["timeout", undefined, true]);
  });
});
