import { describe, expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

const FUEL = 10_000_000;

/** Ends a call that must be stopped, and shows that its sandbox is gone and the next one is unharmed. */
async function stoppedBy(source: string, limits: NonNullable<Parameters<typeof loadPlugin>[1]>["limits"] = {}) {
  const plugin = await loadPlugin(source, { limits: { fuel: FUEL, ...limits } });
  const { outcome, json, thrown } = await plugin.call("onEvent", [{}]);
  expect(plugin.sandbox.lost).toBe(true);
  await expect(plugin.call("onEvent", [{}])).rejects.toThrow("the sandbox is gone: onEvent cannot be called");
  const next = await loadPlugin("export const onEvent = () => 'fine'");
  expect(await next.run("onEvent", {})).toBe("fine");
  expect([json, thrown]).toEqual([null, thrown]);
  return outcome;
}

describe("fuel", () => {
  test.each([
    ["a loop", "export function onEvent() { for (;;); }"],
    ["a loop after an await", "export async function onEvent() { await null; for (;;); }"],
    ["a loop after a host call", "export async function onEvent(e, { cache }) { await cache.get('k'); for (;;); }"],
    ["a loop in a timer", "export async function onEvent() { setTimeout(() => { for (;;); }, 0) }"],
    ["an endless chain of promises", "function f() { Promise.resolve().then(f) } export const onEvent = f"],
    ["an endless chain left behind", "export function onEvent() { (async () => { for (;;) await null })(); return 1 }"],
    [
      "a loop that catches everything",
      "export function onEvent() { for (;;) try { for (;;); } catch {} finally { continue } }",
    ],
    ["a loop of loops in promise executors", "export function onEvent() { for (;;) new Promise(() => { for (;;); }) }"],
    ["a loop in toJSON of the result", "export const onEvent = () => ({ toJSON() { for (;;); } })"],
    [
      "a loop in the message of an error",
      "export const onEvent = () => { throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } }) }",
    ],
    ["a loop in a thenable", "export const onEvent = () => ({ then() { for (;;); } })"],
  ])("stops %s", async (_, source) => {
    expect(await stoppedBy(source)).toMatchObject({
      function: "onEvent",
      kind: "fuel",
      limit: "fuel",
      value: FUEL,
      message: `out of fuel: the limit is ${FUEL} (fuel)`,
    });
  });

  test("is each call's own", async () => {
    const plugin = await loadPlugin("export function onEvent() { for (let i = 0; i < 3e5; i++); }", {
      limits: { fuel: FUEL },
    });
    for (let i = 0; i < 5; i++) expect((await plugin.call("onEvent", [{}])).outcome.kind).toBe("ok");
  });

  test("covers the whole call, awaits included", async () => {
    const source =
      "export async function onEvent() { for (let i = 0; i < 5; i++) { for (let j = 0; j < 3e5; j++); await null } }";
    expect(await stoppedBy(source)).toMatchObject({ kind: "fuel" });
  });
});

describe("memory", () => {
  test.each([
    ["a growing array", "export function onEvent() { const a = []; for (;;) a.push('x'.repeat(1e5) + a.length) }"],
    ["a growing buffer", "export function onEvent() { const a = []; for (;;) a.push(Buffer.alloc(1e6)) }"],
    [
      "a growing global",
      "export async function onEvent(e, { global }) { global.a = []; for (;;) { global.a.push(new Uint8Array(1e6)); await null } }",
    ],
  ])("stops %s", async (_, source) => {
    expect(await stoppedBy(source, { fuel: FUEL * 30 })).toMatchObject({
      kind: "memory",
      limit: "memoryBytes",
      value: 32 * 1024 * 1024,
    });
  });

  test("an event that does not fit ends typed where it is read, and the sandbox is gone", async () => {
    const plugin = await loadPlugin("export const onEvent = (event) => (event.isRead ? event.text.length : event)", {
      limits: { memoryBytes: 4 * 1024 * 1024 },
    });
    const text = "x".repeat(6_000_000);
    expect((await plugin.call("onEvent", [{ text }])).outcome.kind).toBe("ok");
    expect((await plugin.call("onEvent", [{ text, isRead: true }])).outcome.kind).toBe("memory");
    expect(plugin.sandbox.lost).toBe(true);
  });

  test("an answer that does not fit ends typed, and the sandbox is gone", async () => {
    const plugin = await loadPlugin("export const onEvent = async () => (await fetch('https://x.com')).status", {
      limits: { memoryBytes: 4 * 1024 * 1024 },
    });
    plugin.records.respond = () => ({
      status: 200,
      statusText: "",
      headers: [],
      url: "",
      redirected: false,
      body: new Uint8Array(8_000_000),
    });
    expect((await plugin.call("onEvent", [{}])).outcome.kind).toBe("memory");
    expect(plugin.sandbox.lost).toBe(true);
  });
});

test("infinite recursion ends as stack", async () => {
  const outcome = await stoppedBy("export function onEvent() { onEvent() }");
  expect(outcome).toMatchObject({ kind: "stack", limit: "stackBytes", value: 128 * 1024 });
});

test("recursion that the plugin catches is its own affair", async () => {
  const plugin = await loadPlugin(
    "function f() { f() } export function onEvent() { try { f() } catch (e) { return String(e) } }",
  );
  expect(await plugin.run("onEvent", {})).toBe("InternalError: stack overflow");
});

describe("wall time", () => {
  test("ends a call that waits too long for the host", async () => {
    const plugin = await loadPlugin("export async function onEvent() { await fetch('https://x.com'); return 'late' }", {
      limits: { wallMs: 10 },
    });
    plugin.records.respond = () => new Promise(() => undefined);
    const { outcome } = await plugin.call("onEvent", [{}]);
    expect(outcome).toMatchObject({
      function: "onEvent",
      kind: "timeout",
      limit: "wallMs",
      value: 10,
      message: "onEvent took longer than 0.01 seconds",
    });
    expect(plugin.sandbox.lost).toBe(true);
  });

  test("covers the sum of short waits, and no plugin can switch it off", async () => {
    const plugin = await loadPlugin(
      `
        globalThis.setTimeout = undefined; globalThis.Date = undefined; Promise.race = undefined;
        export async function onEvent() { for (;;) await fetch("https://x.com") }
      `,
      { limits: { wallMs: 30 } },
    );
    plugin.records.respond = () => new Promise((resolve) => setTimeout(() => resolve(answer()), 5));
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "timeout", limit: "wallMs" });
  });

  test("ends a call whose answers are ready at once, for ever", async () => {
    const plugin = await loadPlugin("export async function onEvent(e, { cache }) { for (;;) await cache.get('k') }", {
      limits: { wallMs: 20, fuel: Number.MAX_SAFE_INTEGER },
    });
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "timeout", limit: "wallMs" });
  });

  test("ends a call that left something running", async () => {
    const plugin = await loadPlugin("export function onEvent() { setInterval(() => {}, 1); return 1 }", {
      limits: { wallMs: 20 },
    });
    const { outcome, json } = await plugin.call("onEvent", [{}]);
    expect([outcome.kind, json]).toEqual(["timeout", null]);
  });
});

test("a promise that nothing can settle is found at once, without waiting for the wall time", async () => {
  const plugin = await loadPlugin("export const onEvent = () => new Promise(() => {})", {
    limits: { wallMs: 3_600_000 },
  });
  expect((await plugin.call("onEvent", [{}])).outcome).toEqual({
    function: "onEvent",
    kind: "timeout",
    message: "onEvent awaits a promise that nothing can settle any more",
    fuel: expect.any(Number),
  });
  expect(plugin.sandbox.lost).toBe(true);
});

function answer() {
  return { status: 200, statusText: "", headers: [], url: "", redirected: false, body: new Uint8Array() };
}

test("an event that is changed by too much ends the call before the host holds all of it", async () => {
  const plugin = await loadPlugin(
    `export function processEvent(event) {
      const text = "x".repeat(10_000);
      for (let i = 0; i < 1000; i++) event.properties["p" + i] = text;
      for (let i = 0; i < 1000; i++) event["q" + i] = text;
      return event;
    }`,
    { limits: { returnedBytes: 25_000 } },
  );
  const { outcome } = await plugin.call("processEvent", [{ event: "x", properties: {} }]);
  expect(outcome).toMatchObject({ kind: "limit", limit: "returnedBytes", value: 25_000 });
  expect(outcome.message).toBe("the call changed more than 25000 characters of its event (returnedBytes)");
  expect(plugin.sandbox.lost).toBe(true);
});
