import { expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

test("the same event costs the same fuel in every sandbox", async () => {
  const source = `
    let seen = 0;
    export async function processEvent(event) {
      const lots = Array.from({ length: 20 }, () => Math.random());
      await null;
      event.properties.text = ("a\\0".repeat(6000) + "b".repeat(6000)) + lots.sort().join();
      event.properties.at = new Date().toISOString() + ++seen;
      return event;
    }`;
  const key = new Uint8Array(32).fill(7);
  const event = { event: "x", distinct_id: "d", properties: { a: 1, b: [2, { c: "d" }], text: "before" } };
  const results = [];
  for (let i = 0; i < 2; i++) {
    const plugin = await loadPlugin(source);
    results.push(await plugin.call("processEvent", [event], key));
  }
  const [first, second] = results;
  expect(first?.outcome).toMatchObject({ kind: "ok" });
  expect(second).toEqual(first);
  const other = await (await loadPlugin(source)).call("processEvent", [event], new Uint8Array(32).fill(8));
  expect(other.json).not.toBe(first?.json);
});
