import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { response } from "../runtime/support/records.ts";
import { nothingMore } from "./support/attack.ts";

describe("A sandbox that is torn down in the middle of a call is silent from then on.", () => {
  test("while it waits, and when its answer comes", async () => {
    const plugin = await loadPlugin(
      "exports.onEvent = async () => { await fetch('https://x.com'); console.log('late') }",
      { raw: true },
    );
    let answer: (() => void) | undefined;
    plugin.records.respond = () =>
      new Promise((resolve) => {
        answer = () => resolve(response(200, ""));
      });
    const call = plugin.call("onEvent", [{}]);
    while (!answer) await new Promise((resolve) => setTimeout(resolve, 0));
    plugin.sandbox.dispose();
    answer();
    await expect(call).rejects.toThrow("disposed of");
    await nothingMore(plugin);
    expect(plugin.records.logs).toEqual([]);
  });

  test("an abandoned one ends the call in hand, and those that wait for their turn, as denied", async () => {
    const plugin = await loadPlugin(
      `exports.onEvent = async () => {
        console.log('ran');
        try { await fetch('https://x.com') } finally { console.log('late'); posthog.capture('late', {}) }
      }`,
      { raw: true },
    );
    let answer: (() => void) | undefined;
    plugin.records.respond = () =>
      new Promise((resolve) => {
        answer = () => resolve(response(200, ""));
      });
    const calls = [plugin.call("onEvent", [{}]), plugin.call("onEvent", [{}])];
    while (!answer) await new Promise((resolve) => setTimeout(resolve, 0));
    plugin.sandbox.abandon("it leaks");
    answer();
    for (const { outcome, json } of await Promise.all(calls)) {
      expect(outcome).toMatchObject({ function: "onEvent", kind: "denied", message: "it leaks" });
      expect(json).toBeNull();
    }
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "denied", fuel: 0 });
    await nothingMore(plugin);
    expect(plugin.records.logs).toHaveLength(1);
  });

  test("calls that wait their turn are refused", async () => {
    const plugin = await loadPlugin("exports.onEvent = async () => { console.log('ran'); for (;;); }", {
      raw: true,
      limits: { fuel: 1_000_000 },
    });
    const calls = [plugin.call("onEvent", [{}]), plugin.call("onEvent", [{}]), plugin.call("onEvent", [{}])];
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(plugin.records.logs).toHaveLength(1);
  });
});
