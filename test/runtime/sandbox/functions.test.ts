import { describe, expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

const EVENT = { event: "test event", distinct_id: "id", properties: { given: 1 } };

describe("setupPlugin", () => {
  test.each([
    ["synchronous", "export function setupPlugin(meta) { meta.global.data = 'x' }"],
    [
      "asynchronous",
      "export async function setupPlugin(meta) { await new Promise((r) => setTimeout(r, 5)); meta.global.data = 'x' }",
    ],
  ])("%s: what it leaves in global is there for processEvent", async (_, setup) => {
    const plugin = await loadPlugin(`
      ${setup}
      export function processEvent(event, { global }) { event.properties.data = global.data; return event }
    `);
    expect(await plugin.run("setupPlugin")).toBeUndefined();
    expect(await plugin.run("processEvent", EVENT)).toMatchObject({ properties: { given: 1, data: "x" } });
  });

  test("may throw synchronously or reject", async () => {
    for (const source of [
      "export function setupPlugin() { throw new Error('no key') }",
      "export async function setupPlugin() { throw new Error('no key') }",
    ]) {
      const { outcome, thrown, json } = await (await loadPlugin(source)).call("setupPlugin");
      expect(outcome).toEqual({
        function: "setupPlugin",
        kind: "threw",
        message: "Error: no key",
        fuel: expect.any(Number),
      });
      expect([thrown, json]).toEqual(["Error: no key", null]);
    }
  });
});

test("teardownPlugin sees the latest global and may use every capability", async () => {
  const plugin = await loadPlugin(`
    export function setupPlugin({ global }) { global.count = 0 }
    export function processEvent(event, { global }) { global.count++; return event }
    export async function teardownPlugin({ global }) { await fetch("https://example.com/" + global.count) }
  `);
  await plugin.run("setupPlugin");
  await plugin.run("processEvent", EVENT);
  await plugin.run("processEvent", EVENT);
  expect(plugin.records.requests).toEqual([]);
  await plugin.run("teardownPlugin");
  expect(plugin.records.requests.map(({ url }) => url)).toEqual(["https://example.com/2"]);
});

describe("processEvent", () => {
  test.each([
    ["synchronous", "export function processEvent(event) { event.event = 'changed'; return event }"],
    ["asynchronous", "export async function processEvent(event) { event.event = 'changed'; return event }"],
    [
      "with awaits around the change",
      "const pause = () => new Promise((r) => setTimeout(r, 1)); export async function processEvent(event) { await pause(); event.event = 'changed'; await pause(); return event }",
    ],
    [
      "with a thenable for a result",
      "export function processEvent(event) { return { then(resolve) { resolve({ ...event, event: 'changed' }) } } }",
    ],
  ])("%s: gives back what it returns", async (_, source) => {
    expect(await (await loadPlugin(source)).run("processEvent", EVENT)).toEqual({ ...EVENT, event: "changed" });
  });

  test.each(["undefined", "null", "false", "0", "''", "NaN", "0n"])(
    "drops the event by returning %s",
    async (value) => {
      const plugin = await loadPlugin(
        `export function processEvent(event) { event.event = "changed"; return ${value} }`,
      );
      expect((await plugin.call("processEvent", [EVENT])).outcome).toMatchObject({ kind: "dropped" });
    },
  );

  test("drops the event without returning, though it changed it", async () => {
    const plugin = await loadPlugin("export function processEvent(event) { event.event = 'changed' }");
    const { outcome, json } = await plugin.call("processEvent", [EVENT]);
    expect(outcome).toEqual({ function: "processEvent", kind: "dropped", fuel: expect.any(Number) });
    expect(json).toBeNull();
  });

  test.each([
    ["true", "boolean"],
    ["1", "number"],
    ["'text'", "string"],
    ["[event]", "array"],
    ["() => event", "function"],
    ["Symbol()", "symbol"],
  ])("%s is no event", async (value, type) => {
    const plugin = await loadPlugin(`export const processEvent = (event) => (${value})`);
    expect((await plugin.call("processEvent", [EVENT])).outcome).toMatchObject({
      kind: "bad-return",
      message: `processEvent must return the event or nothing, not a value of type ${type}`,
    });
  });

  test.each([
    ["new Date(0)", '"1970-01-01T00:00:00.000Z"'],
    ["({ toJSON: () => 5 })", "5"],
    ["({ toJSON: () => [1] })", "[1]"],
    ["({ toJSON: () => undefined })", "nothing"],
  ])("%s is an object, but no event in JSON", async (value, json) => {
    const plugin = await loadPlugin(`export const processEvent = () => ${value}`);
    expect((await plugin.call("processEvent", [EVENT])).outcome).toMatchObject({
      kind: "bad-return",
      message: `processEvent must return the event or nothing, not an object that is ${json} in JSON`,
    });
  });
});

describe("processEventBatch", () => {
  const batchOf = (...uuids: string[]) => uuids.map((uuid) => ({ ...EVENT, uuid }));

  test.each(["", "async "])("alone it serves processEvent, as a %sfunction", async (keyword) => {
    const plugin = await loadPlugin(`
      export ${keyword}function processEventBatch(events, { global }) {
        global.seen = (global.seen ?? 0) + events.length;
        return events.map((event) => ({ ...event, event: "batch " + global.seen }));
      }
    `);
    expect(plugin.sandbox.discovery.handlers).toEqual(["processEventBatch"]);
    expect(await plugin.run("processEvent", EVENT)).toEqual({ ...EVENT, event: "batch 1" });
    expect(await plugin.run("processEvent", EVENT)).toEqual({ ...EVENT, event: "batch 2" });
  });

  test.each(["[]", "[null]", "null", "undefined"])("alone it drops the event by returning %s", async (value) => {
    const plugin = await loadPlugin(`export const processEventBatch = () => ${value}`);
    expect((await plugin.call("processEvent", [EVENT])).outcome.kind).toBe("dropped");
  });

  test("beside processEvent it is not called for an event", async () => {
    const plugin = await loadPlugin(`
      export const processEvent = (event) => ({ ...event, event: "one" });
      export const processEventBatch = () => { throw new Error("called") };
    `);
    expect(await plugin.run("processEvent", EVENT)).toEqual({ ...EVENT, event: "one" });
  });

  test("tells what became of each event, by uuid", async () => {
    const plugin = await loadPlugin(`
      export const processEventBatch = (events) => [null, { event: "new" }, events[2], undefined, events[0]];
    `);
    const { outcome, json } = await plugin.call("processEventBatch", [batchOf("a", "b", "c")]);
    expect(outcome).toMatchObject({
      kind: "ok",
      results: [
        { uuid: "a", kind: "ok" },
        { uuid: "b", kind: "dropped" },
        { uuid: "c", kind: "ok" },
      ],
    });
    expect(JSON.parse(String(json))).toMatchObject([null, { event: "new" }, { uuid: "c" }, null, { uuid: "a" }]);
  });

  test.each([
    ["null", "a value of type null"],
    ["undefined", "a value of type undefined"],
    ["({})", "a value of type object"],
    ["'text'", "a value of type string"],
    ["Object.assign([], { toJSON: () => 5 })", "a value of type array"],
  ])("%s is no batch", async (value, description) => {
    const plugin = await loadPlugin(`export const processEventBatch = () => ${value}`);
    const { outcome } = await plugin.call("processEventBatch", [batchOf("a")]);
    expect(outcome).toMatchObject({
      kind: "bad-return",
      message: `processEventBatch must return an array of events, not ${description}`,
    });
    expect(outcome.results).toBeUndefined();
  });
});

describe("other functions", () => {
  test.each(["onEvent", "onSnapshot", "exportEvents"] as const)(
    "%s is called with what it is for, and may fetch",
    async (name) => {
      const plugin = await loadPlugin(`
      export async function ${name}(given) { await fetch("https://example.com/", { method: "POST", body: JSON.stringify(given) }) }
    `);
      const given = name === "exportEvents" ? [EVENT, EVENT] : EVENT;
      await plugin.run(name, given);
      expect(plugin.records.requests).toMatchObject([
        { method: "POST", body: { tag: "text", val: JSON.stringify(given) } },
      ]);
    },
  );

  test("what a task returns is handed back", async () => {
    const plugin = await loadPlugin(`
      export async function runEveryMinute() { await posthog.capture("task", { a: 1 }); return "haha" }
    `);
    expect(await plugin.run("runEveryMinute")).toBe("haha");
    expect(plugin.records.captured).toEqual([["task", { a: 1 }]]);
  });

  test("composeWebhook is given a Date", async () => {
    const plugin = await loadPlugin(`
      export const composeWebhook = ({ timestamp, event }) =>
        ({ url: "https://x/" + timestamp.getUTCFullYear(), body: event, isDate: timestamp instanceof Date });
    `);
    const event = { ...EVENT, timestamp: "2021-02-03T04:05:06Z" };
    expect(await plugin.run("composeWebhook", event)).toEqual({
      url: "https://x/2021",
      body: "test event",
      isDate: true,
    });
    expect((await plugin.call("composeWebhook", [EVENT])).outcome.kind).toBe("threw");
  });

  test.each([
    ["null", "ok"],
    ["{ url: 'https://x/', body: '', method: 'PUT', headers: { A: 'b' } }", "ok"],
    ["'https://x/'", "bad-return"],
    ["{ url: 'https://x/', body: { a: 1 } }", "bad-return"],
    ["{ url: 'https://x/', body: '', headers: { A: null } }", "bad-return"],
    ["{ url: 'https://x/', body: '', headers: 'A: b' }", "bad-return"],
  ])("composeWebhook that returns %s ends as %s", async (value, kind) => {
    const plugin = await loadPlugin(`export const composeWebhook = () => (${value})`);
    expect((await plugin.call("composeWebhook", [EVENT])).outcome.kind).toBe(kind);
  });

  test("getSettings tells", async () => {
    const plugin = await loadPlugin("export const getSettings = () => ({ handlesLargeBatches: true })");
    expect(await plugin.run("getSettings")).toEqual({ handlesLargeBatches: true });
  });

  test("a function that the plugin does not have throws", async () => {
    const plugin = await loadPlugin("export const onEvent = () => 1");
    expect((await plugin.call("processEvent", [EVENT])).outcome).toMatchObject({ kind: "threw" });
  });
});

describe("jobs", () => {
  const SOURCE = `
    export const jobs = {
      plain: (payload, meta) => [payload ?? "nothing", Object.keys(meta).length > 0],
      async failing() { throw new RetryError("again") },
      notAFunction: 5,
    };
    export async function onEvent(event, { jobs }) {
      await jobs.plain({ a: 1 }).runNow();
      await jobs.plain().runIn(2, "hours");
      await jobs.anything(null).runAt(new Date("2030-01-02T03:04:05Z"));
    }
  `;

  test("are found when they are functions", async () => {
    expect((await loadPlugin(SOURCE)).sandbox.discovery.jobs).toEqual(["plain", "failing"]);
  });

  test("are called with payload and meta, whatever the payload", async () => {
    const plugin = await loadPlugin(SOURCE);
    expect(await plugin.run("runJob", "plain", { x: 1 })).toEqual([{ x: 1 }, true]);
    expect(await plugin.run("runJob", "plain")).toEqual(["nothing", true]);
    expect(await plugin.run("runJob", "plain", 0)).toEqual([0, true]);
  });

  test("are named in the outcome", async () => {
    const plugin = await loadPlugin(SOURCE);
    expect((await plugin.call("runJob", ["failing"])).outcome).toMatchObject({
      function: "jobs.failing",
      kind: "retry",
      message: "RetryError: again",
    });
  });

  test.each(["missing", "notAFunction", "constructor", "__proto__", "toString"])("%s is not found", async (name) => {
    const plugin = await loadPlugin(SOURCE);
    expect((await plugin.call("runJob", [name])).outcome).toMatchObject({
      kind: "threw",
      message: expect.stringContaining(`Task "${name}" not found`),
    });
  });

  test("can be queued under any name", async () => {
    const plugin = await loadPlugin(SOURCE);
    await plugin.run("onEvent", EVENT);
    expect(plugin.records.jobs).toEqual([
      { name: "plain", payload: { a: 1 }, due: { tag: "now" } },
      { name: "plain", payload: undefined, due: { tag: "after", val: { amount: 2, unit: "hours" } } },
      { name: "anything", payload: null, due: { tag: "at", val: "2030-01-02T03:04:05.000Z" } },
    ]);
  });

  test("runAt with no date rejects", async () => {
    const plugin = await loadPlugin("export const onEvent = (e, { jobs }) => jobs.x().runAt('tomorrow')");
    expect((await plugin.call("onEvent", [EVENT])).outcome).toMatchObject({
      kind: "threw",
      message: expect.stringContaining("RangeError"),
    });
  });
});
