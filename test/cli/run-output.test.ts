import { expect, test } from "vitest";

import { runCase } from "./hoglet.ts";

const event = (name: string, rest: object = {}) => ({ event: name, distinct_id: "u1", ...rest });

test("returns are JSON, in the order of the calls", async () => {
  const source = `
    export const processEvent = (event) => ({
      date: new Date(0), undef: undefined, fn() {}, sym: Symbol("s"), list: [undefined, () => 1, NaN, Infinity],
      map: new Map([[1, 2]]), set: new Set([1]), regexp: /a/g, buffer: Buffer.from("hi"), own: { toJSON: () => "mine" },
      z: 1, a: 2, event: event.event,
    })`;
  const { returns } = await runCase(source, { events: [event("a"), event("b")] });
  const text = JSON.stringify(returns[0]);
  expect(text).toBe(
    '{"date":"1970-01-01T00:00:00.000Z","list":[null,null,null,null],"map":{},"set":{},"regexp":{},' +
      '"buffer":{"type":"Buffer","data":[104,105]},"own":"mine","z":1,"a":2,"event":"a"}',
  );
  expect(returns[1]).toMatchObject({ event: "b" });
});

test("what JSON cannot carry, and what is no event, is a bad return", async () => {
  const source = `
    const makers = {
      bigint: () => ({ n: 1n }),
      cycle: () => { const a = {}; a.a = a; return a },
      getter: () => ({ get x() { throw new Error("no") } }),
      toJSON: () => ({ toJSON() { throw new Error("no") } }),
      text: () => "text", number: () => 7, truth: () => true, list: () => [1],
      nothing: () => undefined, nil: () => null, zero: () => 0, empty: () => "", no: () => false,
    }
    export const processEvent = (event) => makers[event.event]()`;
  const names = ["bigint", "cycle", "getter", "toJSON", "text", "number", "truth", "list"];
  const drops = ["nothing", "nil", "zero", "empty", "no"];
  const output = await runCase(source, { events: [...names, ...drops].map((name) => event(name)) });
  expect(output.outcomes.map(({ kind }) => kind)).toEqual([
    ...names.map(() => "bad-return"),
    ...drops.map(() => "dropped"),
  ]);
  expect(output.returns).toEqual([null, null, null, null, "text", 7, true, [1], null, null, 0, "", false]);
  expect(output.throws).toEqual([...names, ...drops].map(() => null));
});

test("throws are Name: message, a string verbatim, other values as JSON; limits are none", async () => {
  const source = `
    import { RetryError } from "@posthog/plugin-scaffold"
    const throwers = {
      error: () => { throw new TypeError("bad") },
      string: () => { throw "just text" },
      object: () => { throw { code: 7 } },
      retry: () => { throw new RetryError("later") },
      global: () => { throw new (globalThis.RetryError)("later") },
      drop: () => { throw new DropEvent("spam") },
      stuck: () => new Promise(() => {}),
      stack: () => { const deeper = () => deeper() + 1; return deeper() },
      fine: () => ({}),
    }
    export const processEvent = (event) => throwers[event.event]()`;
  const names = ["error", "string", "object", "retry", "global", "drop", "stuck", "stack", "fine"];
  const { throws, outcomes, returns } = await runCase(source, { events: names.map((name) => event(name)) });
  expect(throws).toEqual([
    "TypeError: bad",
    "just text",
    '{"code":7}',
    "RetryError: later",
    "RetryError: later",
    "DropEvent: spam",
    null,
    null,
    null,
  ]);
  expect(outcomes.map(({ kind }) => kind).join(" ")).toBe("threw threw threw retry retry dropped timeout stack ok");
  expect(outcomes[5]).toMatchObject({ function: "processEvent", reason: "spam" });
  expect(outcomes[7]).toMatchObject({ limit: "stackBytes", value: expect.any(Number) as number });
  expect(returns.at(-1)).toEqual({});
});

test("a sandbox that a call has used up is replaced, and what lies outside of it stays", async () => {
  const source = `
    let calls = 0
    export function setupPlugin({ global }) { global.ready = true }
    export async function processEvent(event, { cache, global }) {
      await cache.incr("calls")
      if (event.event === "deep") { const deeper = () => deeper() + 1; deeper() }
      return { calls: ++calls, ready: global.ready }
    }`;
  const { returns, cache } = await runCase(source, { events: [event("a"), event("deep"), event("b")] });
  expect(returns).toEqual([{ calls: 1, ready: true }, null, { calls: 1, ready: true }]);
  expect(cache).toEqual({ calls: 3 });
});

test("a setup that throws is told, and nothing is called", async () => {
  const source = `
    export async function setupPlugin({ config }) { throw new Error("no " + JSON.stringify(config)) }
    export const processEvent = (event) => event`;
  const output = await runCase(source, { config: { a: 1 }, events: [event("a")] });
  expect(output).toMatchObject({ setup: { error: 'Error: no {"a":1}' }, returns: [], throws: [], outcomes: [] });
});

test("captures, jobs, metrics and logs are told as the plugin passed them", async () => {
  const source = `
    export const metrics = { seen: "sum", top: "MAX" }
    export const jobs = { later: () => undefined }
    export async function processEvent(event, { jobs, metrics }) {
      await posthog.capture("made", { distinct_id: "d", timestamp: "t", nested: { a: [1] } })
      await posthog.capture("bare")
      await jobs.later({ a: 1 }).runIn(5, "minutes")
      await jobs.later().runAt(new Date(1000))
      await jobs.any("x").runIn(1, "day")
      metrics.seen.increment(2); metrics.seen.increment(3); metrics.top.max(7)
      console.log("text", 1, { a: 1 }, [1, 2], undefined, new Error("e")); console.error()
      return event
    }`;
  const output = await runCase(source, { events: [event("a")] });
  expect(output.throws).toEqual([null]);
  expect(output.capture).toEqual([
    { event: "made", properties: { distinct_id: "d", timestamp: "t", nested: { a: [1] } } },
    { event: "bare", properties: {} },
  ]);
  expect(output.jobs).toEqual([
    { name: "later", payload: { a: 1 }, when: [5, "minutes"] },
    { name: "later", when: "1970-01-01T00:00:01.000Z" },
    { name: "any", payload: "x", when: [1, "day"] },
  ]);
  expect(output.metrics).toEqual({
    seen: [
      ["increment", 2],
      ["increment", 3],
    ],
    top: [["max", 7]],
  });
  expect(output.logs).toEqual([
    { level: "log", message: 'text 1 {"a":1} [1,2] undefined Error: e' },
    { level: "error", message: "" },
  ]);
});

test("fuel is the sum of all calls and memory is counted", async () => {
  const source = `
    const work = () => { let n = 0; for (let i = 0; i < 200000; i++) n += i; return n }
    export const setupPlugin = () => void work()
    export const processEvent = (event) => ({ ...event, n: work() })`;
  const { fuel, outcomes, memoryBytes } = await runCase(source, { events: [event("a"), event("b")] });
  const ofCalls = outcomes.reduce((sum, outcome) => sum + outcome.fuel, 0);
  expect(ofCalls).toBeGreaterThan(0);
  expect(fuel).toBeGreaterThan(ofCalls);
  expect(memoryBytes).toBeGreaterThan(100_000);
});
