import { describe, expect, test } from "vitest";

import { CAPABILITY_NAMES } from "../../../wit/generated/contract.ts";
import { loadPlugin } from "../support/load-plugin.ts";

async function endOf(body: string, options: Parameters<typeof loadPlugin>[1] = {}) {
  const plugin = await loadPlugin(`export async function onEvent(event, meta) { ${body} }`, options);
  return plugin.call("onEvent", [{}]);
}

describe("what a function throws", () => {
  test.each([
    ["new Error('no')", "threw", "Error: no"],
    ["new TypeError()", "threw", "TypeError: "],
    ["new (class Mine extends Error { name = 'Mine' })('m')", "threw", "Mine: m"],
    ["'a text'", "threw", "a text"],
    ["''", "threw", ""],
    ["5", "threw", "5"],
    ["null", "threw", "null"],
    ["undefined", "threw", "undefined"],
    ["Symbol('s')", "threw", "Symbol(s)"],
    ["1n", "threw", "1"],
    ["{ code: 1 }", "threw", '{"code":1}'],
    ["[1, 2]", "threw", "[1,2]"],
    ["Object.create(null)", "threw", "{}"],
    ["new Proxy({}, { get() { throw 1 } })", "threw", "a value that cannot be printed"],
    ["Object.defineProperty(new Error(), 'message', { get() { throw 1 } })", "threw", "a value that cannot be printed"],
    ["new RetryError('later')", "retry", "RetryError: later"],
    ["new (require('@posthog/plugin-scaffold').RetryError)('later')", "retry", "RetryError: later"],
  ])("%s", async (value, kind, message) => {
    const { outcome, thrown, json } = await endOf(`throw ${value}`);
    expect(outcome).toEqual({ function: "onEvent", kind, message, fuel: expect.any(Number) });
    expect([thrown, json]).toEqual([message, null]);
  });

  test("carries the guest's stack, with the author's file", async () => {
    const { stack } = await endOf("\n\nnull.x");
    expect(stack).toContain("index.ts:3");
  });

  test("is cut when it is long", async () => {
    const { outcome, thrown, stack } = await endOf(
      "const e = new Error('x'.repeat(1e6)); e.stack = 'y'.repeat(1e6); throw e",
    );
    expect([outcome.message?.length, thrown?.length, stack.length]).toEqual([4096, 4096, 4096]);
  });

  test("synchronously is the same as in a promise", async () => {
    const plugin = await loadPlugin("export function onEvent() { throw new RetryError('x') }");
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "retry", message: "RetryError: x" });
  });
});

describe("DropEvent", () => {
  test("drops with a reason", async () => {
    const plugin = await loadPlugin("export const processEvent = (event) => { throw new DropEvent('bot') }");
    expect((await plugin.call("processEvent", [{}])).outcome).toEqual({
      function: "processEvent",
      kind: "dropped",
      reason: "bot",
      fuel: expect.any(Number),
    });
  });

  test("is an Error like any other until it leaves", async () => {
    const { json } = await endOf(`
      try { throw new DropEvent("bot") } catch (e) { return [String(e), e instanceof Error, Object.keys(e), String(new RetryError("r"))] }
    `);
    expect(JSON.parse(String(json))).toEqual(["DropEvent: bot", true, [], "RetryError: r"]);
  });
});

describe("a capability that was not granted", () => {
  const granted = CAPABILITY_NAMES.filter((name) => name !== "fetch");

  test("ends the call as denied, and says what would grant it", async () => {
    const { outcome } = await endOf("await fetch('https://example.com')", { granted });
    expect(outcome).toMatchObject({
      kind: "denied",
      message: "DeniedError: fetch is not granted: add it to the plugin's grants",
    });
  });

  test("by every way to it", async () => {
    for (const body of [
      "await require('node-fetch')('https://example.com')",
      "const get = fetch; await get('https://example.com')",
    ])
      expect((await endOf(body, { granted })).outcome.kind, body).toBe("denied");
  });

  test.each([
    ["cache", "await meta.cache.get('k')"],
    ["storage", "await meta.storage.get('k')"],
    ["storage", "await meta.utils.cursor.increment('k')"],
    ["geoip", "await meta.geoip.locate('1.2.3.4')"],
    ["jobs", "await meta.jobs.x().runNow()"],
    ["posthog", "await posthog.capture('x')"],
    ["fetch", "await fetch('https://example.com')"],
  ] as const)("%s: %s", async (denied, body) => {
    const { outcome } = await endOf(body, { granted: CAPABILITY_NAMES.filter((name) => name !== denied) });
    expect(outcome).toMatchObject({ kind: "denied", message: expect.stringContaining(`${denied} is not granted`) });
  });

  test("metrics", async () => {
    const plugin = await loadPlugin(
      "export const metrics = { n: 'sum' }; export const onEvent = (event, { metrics }) => metrics.n.increment(1)",
      { granted: CAPABILITY_NAMES.filter((name) => name !== "metrics") },
    );
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "denied" });
  });

  test("can be handled by the plugin, which does without", async () => {
    const { outcome, json } = await endOf("try { await fetch('https://example.com') } catch (e) { return e.name }", {
      granted,
    });
    expect([outcome.kind, json]).toEqual(["ok", '"DeniedError"']);
  });

  test("leaves the others in place", async () => {
    const { json } = await endOf("await meta.cache.set('a', 1); return meta.cache.get('a')", { granted });
    expect(json).toBe("1");
  });
});

test("every outcome counts its fuel, call by call", async () => {
  const plugin = await loadPlugin(`
    export function onEvent({ n }) { for (let i = 0; i < n; i++); if (n === 1e6) throw new Error("x") }
  `);
  const fuel = async (n: number) => (await plugin.call("onEvent", [{ n }])).outcome.fuel;
  const large = await fuel(1e6);
  const small = await fuel(1000);
  const larger = await fuel(2e6);
  expect(large).toBeGreaterThan(900_000);
  expect(small).toBeLessThan(100_000);
  expect(larger).toBeGreaterThan(large * 1.5);
});

test("the sandbox answers on after any ending that is no limit", async () => {
  const plugin = await loadPlugin(`
    let calls = 0;
    export function processEvent({ what }) {
      calls++;
      if (what === "throw") throw new Error("x");
      if (what === "retry") throw new RetryError("x");
      if (what === "drop") return null;
      if (what === "bad") return 5;
      return { calls };
    }
  `);
  for (const what of ["throw", "retry", "drop", "bad"]) await plugin.call("processEvent", [{ what }]);
  expect(plugin.sandbox.lost).toBe(false);
  expect(await plugin.run("processEvent", {})).toEqual({ calls: 5 });
});
