import { describe, expect, test } from "vitest";

import { runCase } from "./hoglet.ts";

const NOW = "2023-01-15T12:00:00.000Z";
const SECONDS = 1000;

describe("a frozen clock", () => {
  test("stands still, for the guest and for the cache", async () => {
    const source = `
      export async function processEvent(event, { cache }) {
        const began = Date.now()
        for (let i = 0; i < 100000; i++);
        await cache.set("short", 1, 60)
        return { began, ended: Date.now(), date: new Date() }
      }`;
    const { returns, cacheTtl } = await runCase(source, { env: { now: NOW }, events: [{}] });
    expect(returns).toEqual([{ began: Date.parse(NOW), ended: Date.parse(NOW), date: NOW }]);
    expect(cacheTtl).toEqual({ short: 60 });
  });

  test("is moved by timers when nothing else can run, in the order in which they are due", async () => {
    const source = `
      const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
      export async function processEvent(event, { cache }) {
        const began = Date.now()
        const order = []
        setTimeout(() => order.push("late " + (Date.now() - began)), 9000)
        const early = sleep(3000).then(() => order.push("early " + (Date.now() - began)))
        const cancelled = setTimeout(() => order.push("cancelled"), 1000)
        clearTimeout(cancelled)
        await cache.set("a", 1)
        order.push("cache " + (Date.now() - began))
        await early
        let ticks = 0
        await new Promise((resolve) => { const id = setInterval(() => { if (++ticks === 3) { clearInterval(id); resolve() } }, 1000) })
        order.push("ticked " + (Date.now() - began))
        return { order }
      }
      export const onEvent = () => Date.now()`;
    const calls = [
      { method: "processEvent", event: {} },
      { method: "onEvent", event: {} },
    ];
    const { returns } = await runCase(source, { env: { now: NOW }, calls });
    expect(returns[0]).toEqual({ order: ["cache 0", "early 3000", "ticked 6000"] });
    // The call had to wait for the timer that it left behind.
    expect(returns[1]).toBe(Date.parse(NOW) + 9 * SECONDS);
  });

  test("is not moved by a timer that no call waits for, unless it is due before one that is waited for", async () => {
    const source = `
      export async function processEvent({ wait }) {
        const order = []
        setTimeout(() => order.push("unref"), 2000).unref()
        if (wait) await new Promise((resolve) => setTimeout(resolve, 3000))
        return { order, now: Date.now() }
      }
      export const onEvent = () => Date.now()`;
    const calls = [
      { method: "processEvent", event: { wait: false } },
      { method: "onEvent", event: {} },
      { method: "processEvent", event: { wait: true } },
    ];
    const at = Date.parse(NOW);
    expect((await runCase(source, { env: { now: NOW }, calls })).returns).toEqual([
      { order: [], now: at },
      at,
      { order: ["unref"], now: at + 3 * SECONDS },
    ]);
  });

  test("is moved by a timer that was set when the plugin was loaded", async () => {
    const source = `
      let isLoaded = false
      setTimeout(() => (isLoaded = true), 2000)
      export const processEvent = () => ({ isLoaded, now: Date.now() })`;
    const at = Date.parse(NOW);
    expect((await runCase(source, { env: { now: NOW }, events: [{}, {}] })).returns).toEqual([
      { isLoaded: false, now: at },
      { isLoaded: true, now: at + 2 * SECONDS },
    ]);
  });

  test("counts towards the time that a call may take", async () => {
    const source = `
      export async function processEvent() { await new Promise((resolve) => setTimeout(resolve, 31000)); return {} }
      export function onEvent() { setInterval(() => undefined, 1000) }
      export const onSnapshot = () => "still here"`;
    const calls = ["processEvent", "onEvent", "onSnapshot"].map((method) => ({ method, event: {} }));
    const { outcomes, throws, returns } = await runCase(source, { env: { now: NOW }, calls });
    expect(outcomes.slice(0, 2)).toMatchObject([
      { kind: "timeout", limit: "wallMs", value: 30_000 },
      { kind: "timeout", limit: "wallMs", value: 30_000 },
    ]);
    expect(throws).toEqual([null, null, null]);
    expect(returns).toEqual([null, null, "still here"]);
  });
});

describe("calls", () => {
  const source = `
    export async function processEvent(event, { cache }) {
      const found = await cache.get("key", "gone")
      await cache.set("key", "there", 60)
      return { found, at: Date.now() }
    }`;
  const call = (rest: object = {}) => ({ method: "processEvent", event: {}, ...rest });
  const found = async (calls: object[]) => {
    const { returns } = await runCase(source, { env: { now: NOW }, calls });
    return (returns as { found: string; at: number }[]).map((r) => [r.found, (r.at - Date.parse(NOW)) / SECONDS]);
  };

  test("keep the cache, until its time is over", async () => {
    expect(await found([call({ advance: "59s" }), call()])).toEqual([
      ["gone", 0],
      ["there", 59],
    ]);
    expect(await found([call({ advance: "1m" }), call()])).toEqual([
      ["gone", 0],
      ["gone", 60],
    ]);
    expect(await found([call(), call({ advance: "1h30m" }), call()])).toEqual([
      ["gone", 0],
      ["there", 0],
      ["gone", 5400],
    ]);
  });

  test("move the clock after themselves, the last one too", async () => {
    expect(await found([call({ advance: "59s" }), call({ advance: "59s" })])).toEqual([
      ["gone", 0],
      ["there", 59],
    ]);
    const { returns, cache } = await runCase(source, { env: { now: NOW }, calls: [call({ advance: "61s" })] });
    expect(returns).toEqual([{ found: "gone", at: Date.parse(NOW) }]);
    expect(cache).toEqual({});
  });

  test("clear a cache key afterwards", async () => {
    expect((await found([call({ clearCacheKey: "key" }), call()])).map(([what]) => what)).toEqual(["gone", "gone"]);
  });

  test("run the jobs that they queue with runNow, first in first out, before the next call", async () => {
    const jobs = `
      const done = []
      export const jobs = {
        a: async (payload, { jobs }) => { done.push("a" + payload); await jobs.b(payload).runNow() },
        b: async (payload) => { done.push("b" + payload); return "unseen" },
        later: () => done.push("later"),
      }
      export async function setupPlugin({ jobs }) { await jobs.b(0).runNow() }
      export async function processEvent(event, { jobs }) {
        await jobs.a(1).runNow(); await jobs.later().runIn(1, "second"); await jobs.a(2).runNow()
        return { done: [...done] }
      }`;
    const { returns } = await runCase(jobs, {
      env: { now: NOW },
      calls: [
        { method: "processEvent", event: {} },
        { method: "processEvent", event: {} },
        { job: "b", payload: 9 },
      ],
    });
    expect(returns).toEqual([{ done: ["b0"] }, { done: ["b0", "a1", "a2", "b1", "b2"] }, "unseen"]);
  });

  test("start at most a hundred jobs", async () => {
    const endless = `
      export const jobs = { again: async (_, { jobs, cache }) => { await cache.incr("ran"); await jobs.again().runNow() } }
      export const processEvent = async (event, { jobs }) => { await jobs.again().runNow(); return event }`;
    const { cache, jobs } = await runCase(endless, { events: [{}] });
    expect(cache).toEqual({ ran: 100 });
    expect(jobs).toHaveLength(101);
  });

  test("a job that the plugin does not have is an outcome", async () => {
    const { throws, outcomes } = await runCase("export const onEvent = () => {}", { calls: [{ job: "none" }] });
    expect(throws[0]).toMatch(/Task "none" not found for plugin ".+"/);
    expect(outcomes[0]).toMatchObject({ function: "jobs.none", kind: "threw" });
  });

  test("everything that a call left un-awaited is finished before the next", async () => {
    const lazy = `
      export function processEvent(event, { storage }) {
        storage.get("n", 0).then((n) => storage.set("n", n + 1))
        return event
      }`;
    expect((await runCase(lazy, { events: [{}, {}, {}] })).storage).toEqual({ n: 3 });
  });

  test.each([
    ["processEventBatch", [{ uuid: "a" }, { uuid: "b" }], [[{ uuid: "a" }]]],
    ["exportEvents", [{ uuid: "a" }, { uuid: "b" }], [2]],
  ])("%s gets all events at once", async (method, events, returns) => {
    const batch = `
      export const processEventBatch = (events) => events.slice(0, 1)
      export const exportEvents = (events) => events.length`;
    const output = await runCase(batch, { method, events });
    expect(output.returns).toEqual(returns);
    if (method === "processEventBatch")
      expect(output.outcomes[0]?.results).toEqual([
        { uuid: "a", kind: "ok" },
        { uuid: "b", kind: "dropped" },
      ]);
  });

  test("composeWebhook is given a Date and what it returns is told", async () => {
    const webhook = `export const composeWebhook = (event) => ({ url: "https://x.com", body: String(event.timestamp.getTime()) })`;
    const { returns } = await runCase(webhook, { method: "composeWebhook", events: [{ timestamp: NOW }] });
    expect(returns).toEqual([{ url: "https://x.com", body: String(Date.parse(NOW)) }]);
  });
});

describe("the time zone", () => {
  const source = `export const processEvent = ({ at }) => {
    const d = new Date(at)
    return { text: d.toString(), hours: d.getHours(), offset: d.getTimezoneOffset(), back: new Date(2023, 6, 1, 12).toISOString() }
  }`;

  test("is UTC unless the case says another", async () => {
    const { returns } = await runCase(source, { events: [{ at: "2023-01-15T12:00:00Z" }] });
    expect(returns[0]).toMatchObject({
      hours: 12,
      offset: expect.closeTo(0) as number,
      back: "2023-07-01T12:00:00.000Z",
    });
  });

  test("has its summer time", async () => {
    const events = [{ at: "2023-01-15T12:00:00Z" }, { at: "2023-07-15T12:00:00Z" }];
    const { returns } = await runCase(source, { env: { tz: "America/New_York" }, events });
    expect(returns).toMatchObject([
      { hours: 7, offset: 300, text: expect.stringContaining("GMT-0500") as string },
      { hours: 8, offset: 240, back: "2023-07-01T16:00:00.000Z" },
    ]);
  });
});

describe("randomness", () => {
  const source = `export const processEvent = () => ({ n: Math.random(), m: Math.random() })`;
  const draw = async (env: object) =>
    (await runCase(source, { env, events: [{}, {}] })).returns as { n: number; m: number }[];

  test("is the same again with the same seed, and different for each call", async () => {
    const first = await draw({ seed: 7 });
    expect(await draw({ seed: "7" })).toEqual(first);
    expect(await draw({ seed: 8 })).not.toEqual(first);
    expect(new Set(first.flatMap(({ n, m }) => [n, m])).size).toBe(4);
  });

  test("is random without one", async () => {
    expect(await draw({})).not.toEqual(await draw({}));
  });
});
