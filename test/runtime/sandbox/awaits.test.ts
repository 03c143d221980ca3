import { describe, expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

const WALL_MS = 100;
const PAUSE = "const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));";

/** What PostHog's guard evaluated twice, to label it. */
const AWAITED: [expression: string, requests: number][] = [
  ["(await fetch('https://x.com/1')).text()", 1],
  ["(null || fetch('https://x.com/1'))", 1],
  ["(event ? fetch('https://x.com/1') : fetch('https://x.com/2'))", 1],
  ["fetch('https://x.com/1').then((response) => response.text())", 1],
  ["(async () => fetch('https://x.com/1'))()", 1],
  ["[fetch, fetch].map((f, i) => f('https://x.com/' + i))[1]", 2],
];

describe("what is awaited is evaluated once", () => {
  test.each(AWAITED)("await %s", async (expression, requests) => {
    const plugin = await loadPlugin(
      `export async function processEvent(event) { await ${expression}; event.event = "done"; return event }`,
    );
    expect(await plugin.run("processEvent", { event: "x" })).toEqual({ event: "done" });
    expect(plugin.records.requests).toHaveLength(requests);
  });
});

describe("a call that waits longer than it may ends as a timeout, under the name of its function", () => {
  test.each([
    ["small promises", `for (let i = 0; i < 5; i++) await pause(${WALL_MS / 2.5})`],
    [
      "small promises and overriding async guard",
      `const __asyncGuard = (x) => x; globalThis.__asyncGuard = __asyncGuard; for (let i = 0; i < 5; i++) await __asyncGuard(pause(${WALL_MS / 2.5}))`,
    ],
    ["long promise", `await pause(${WALL_MS * 1000})`],
  ])("%s", async (_, waits) => {
    const plugin = await loadPlugin(
      `${PAUSE} export async function processEvent(event) { event.event = "half"; ${waits}; return event }`,
      { limits: { wallMs: WALL_MS } },
    );
    const { outcome, json } = await plugin.call("processEvent", [{ event: "x" }]);
    expect(outcome).toMatchObject({ function: "processEvent", kind: "timeout", limit: "wallMs", value: WALL_MS });
    expect(json).toBeNull();
  });
});
