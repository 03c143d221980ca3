import { describe, expect, test } from "vitest";

import { loadPlugin } from "../../support/load-plugin.ts";
import type { PluginOptions } from "../../support/load-plugin.ts";

/** A plugin that gathers what its calls add, and what it is told when they are flushed. */
const PLUGIN = `
  import { createBuffer } from "@posthog/plugin-contrib";
  const flushed = [];
  let fail;
  const buffer = createBuffer({
    limit: 3,
    timeoutSeconds: 60,
    onFlush: async (objects, points) => {
      await posthog.capture("flush", { objects, points });
      if (fail) throw fail;
    },
  });
  export const jobs = { flushed: () => flushed };
  export async function onEvent({ add = [], late = [], error, throws }) {
    fail = error && (error === "RetryError" ? new RetryError("later") : new Error(error));
    for (const [object, points] of add) buffer.add(object, points);
    if (late.length > 0) void cacheless().then(() => late.forEach((object) => buffer.add(object)));
    if (throws) throw new Error("mine");
  }
  const cacheless = () => new Promise((resolve) => setTimeout(resolve, 1));
  export const processEvent = (event) => { buffer.add(event.event); event.seen = true; return event; };
`;

const add = (...objects: unknown[]) => ({ add: objects.map((object) => (Array.isArray(object) ? object : [object])) });
const load = async () => {
  const plugin = await loadPlugin(PLUGIN);
  return { plugin, batches: () => plugin.records.captured.map(([, properties]) => properties) };
};

describe("createBuffer, where the host keeps nothing beyond a call", () => {
  test("flushes before the call ends in which something was added", async () => {
    const { plugin, batches } = await load();
    await plugin.run("onEvent", add("a", "b"));
    expect(batches()).toEqual([{ objects: ["a", "b"], points: 2 }]);
    await plugin.run("onEvent", add());
    expect(batches()).toHaveLength(1);
    await plugin.run("onEvent", add("c"));
    expect(batches()[1]).toEqual({ objects: ["c"], points: 1 });
  });

  test("never puts more points into a batch than its limit, unless one object has more", async () => {
    const { plugin, batches } = await load();
    await plugin.run("onEvent", add(["a", 2], ["b", 2], ["c", 1], ["d", 9], ["e", 1]));
    expect(batches()).toEqual([
      { objects: ["a"], points: 2 },
      { objects: ["b", "c"], points: 3 },
      { objects: ["d"], points: 9 },
      { objects: ["e"], points: 1 },
    ]);
  });

  test("leaves the event to be returned as it was changed", async () => {
    const { plugin, batches } = await load();
    const { json, outcome } = await plugin.call("processEvent", [{ event: "e", properties: {} }]);
    expect([outcome.kind, JSON.parse(json ?? "")]).toEqual(["ok", { event: "e", properties: {}, seen: true }]);
    expect(batches()).toEqual([{ objects: ["e"], points: 1 }]);
  });

  test.each([
    ["Error", "threw"],
    ["RetryError", "retry"],
  ])(
    "a flush that fails with %s is the failure of the call, whose event is not taken for done",
    async (error, kind) => {
      const { plugin } = await load();
      expect((await plugin.call("onEvent", [{ ...add("a"), error }])).outcome.kind).toBe(kind);
      expect((await plugin.call("onEvent", [{ ...add(["a", 4]), error }])).outcome.kind).toBe(kind);
      expect((await plugin.call("onEvent", [add()])).outcome.kind).toBe("ok");
    },
  );

  test("loses nothing that was added after the function had returned, or before it threw", async () => {
    const { plugin, batches } = await load();
    await plugin.run("onEvent", { late: ["late"] });
    expect(batches()).toEqual([{ objects: ["late"], points: 1 }]);
    expect((await plugin.call("onEvent", [{ ...add("a"), throws: true }])).outcome).toMatchObject({ kind: "threw" });
    expect(batches()[1]).toEqual({ objects: ["a"], points: 1 });
    const { outcome } = await plugin.call("onEvent", [{ late: ["later"], error: "too late" }]);
    expect(outcome).toMatchObject({ kind: "ok", unhandled: ["Error: too late"] });
  });

  test("flushes by hand, has PostHog's defaults, and needs no onFlush", async () => {
    const plugin = await loadPlugin(`
      const { createBuffer } = require("@posthog/plugin-contrib");
      export async function onEvent() {
        const sizes = [];
        const buffer = createBuffer({ onFlush: (objects) => void sizes.push(objects.length) });
        for (let i = 0; i < 25; i++) buffer.add(i);
        await buffer.flush();
        await buffer.flush();
        const silent = createBuffer();
        silent.add(1);
        await silent.flush();
        return sizes;
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([10, 10, 5]);
  });

  test("a buffer that fills itself for ever ends by a limit of the call", async () => {
    const plugin = await loadPlugin(
      `
        const buffer = require("@posthog/plugin-contrib").createBuffer({ onFlush: () => buffer.add(1) });
        export const onEvent = () => buffer.add(1);
      `,
      { limits: { fuel: 3_000_000 } },
    );
    expect((await plugin.call("onEvent", [{}])).outcome.kind).toBe("fuel");
  });
});

describe("createBuffer, where the host keeps what is gathered", () => {
  const keeping = async (source: string, options: PluginOptions = {}) => {
    const asked: unknown[] = [];
    const buffers: ReturnType<NonNullable<PluginOptions["provide"]>>["buffers"] = {
      add: (to, json, points) => asked.push([to, JSON.parse(json), points]) > 0,
      flush: (number) => void asked.push(number),
    };
    const plugin = await loadPlugin(`const { createBuffer } = require("@posthog/plugin-contrib");\n${source}`, {
      ...options,
      provide: () => ({ buffers }),
    });
    return { plugin, asked };
  };
  const DEFAULTS = { number: 0, limit: 10, timeoutSeconds: 60 };
  const SAYS = "onFlush: (objects, points) => console.log(JSON.stringify(objects) + points)";
  const said = (plugin: Awaited<ReturnType<typeof loadPlugin>>) => plugin.records.logs.map(([, text]) => text);

  test("hands it each object with its points, and is called back by its number", async () => {
    const { plugin, asked } = await keeping(`
      const first = createBuffer(), second = createBuffer({ limit: 3, timeoutSeconds: "5", ${SAYS} });
      export const onEvent = async (event) => { first.add({ a: [1, null, "x", true], b: undefined, event }); second.add("x", 2); await second.flush(); };
    `);
    await plugin.run("onEvent", { event: "e", properties: { list: [{}] } });
    expect(asked).toEqual([
      [DEFAULTS, { a: [1, null, "x", true], event: { event: "e", properties: { list: [{}] } } }, 1],
      [{ number: 1, limit: 3, timeoutSeconds: 5 }, "x", 2],
      1,
    ]);
    await plugin.run("flushBuffer", 1, ["x"], 2);
    await plugin.run("flushBuffer", 0, [], 0);
    expect(said(plugin)).toEqual(['["x"]2']);
  });

  test.each([
    "new Date(0)",
    "() => 1",
    "{ then: { resolve() {} } }",
    "{ n: NaN }",
    "[undefined]",
    "undefined",
    "new Map([[1, 2]])",
    "new (class Row { a = 1 })()",
    "{ n: 1n }",
    "Buffer.from('x')",
    "{ toJSON: () => 1 }",
    "new Proxy({}, { getPrototypeOf: () => null, ownKeys: () => { throw new Error('mine') } })",
    "(() => { const cycle = {}; cycle.cycle = cycle; return cycle; })()",
  ])("flushes before the call ends what JSON would lose or change: %s", async (value) => {
    const { plugin, asked } = await keeping(`
      let given;
      const buffer = createBuffer({ onFlush: (objects) => console.log(objects.length === 1 && objects[0] === given) });
      export const onEvent = () => { given = ${value}; buffer.add(given); };
    `);
    await plugin.run("onEvent", {});
    expect([asked, said(plugin)]).toEqual([[], ["true"]]);
  });

  test("takes any points, limits and times for numbers", async () => {
    const { plugin, asked } = await keeping(`
      const buffers = [[Infinity, -Infinity], [NaN, NaN], ["4", null], [{}, undefined]].map(([limit, timeoutSeconds]) => createBuffer({ limit, timeoutSeconds }));
      export const onEvent = () => { for (const points of [-Infinity, NaN, "7", null]) buffers.shift().add(1, points); };
    `);
    await plugin.run("onEvent", {});
    const most = Number.MAX_VALUE;
    expect(asked).toEqual([
      [{ number: 0, limit: most, timeoutSeconds: -most }, 1, -most],
      [{ number: 1, limit: most, timeoutSeconds: 0 }, 1, 0],
      [{ number: 2, limit: 4, timeoutSeconds: 0 }, 1, 7],
      [{ number: 3, limit: most, timeoutSeconds: 0 }, 1, 0],
    ]);
  });

  test("is for buffers of the script and the setup, which are there again in every sandbox", async () => {
    const { plugin, asked } = await keeping(`
      const make = (name) => createBuffer({ onFlush: (objects) => console.log(name + objects) });
      const first = make("script ");
      let second, third;
      first.add("early");
      export const setupPlugin = () => { second = make("setup "); second.add("s"); };
      export const onEvent = () => { third ??= make("call "); third.add("c"); second.add("e"); };
      export const teardownPlugin = () => { second.add("last"); };
    `);
    await plugin.run("setupPlugin");
    await plugin.run("onEvent", {});
    await plugin.run("teardownPlugin");
    expect(asked).toEqual([
      [{ ...DEFAULTS, number: 1 }, "s", 1],
      [{ ...DEFAULTS, number: 1 }, "e", 1],
    ]);
    expect(said(plugin)).toEqual(["script early", "call c", "setup last"]);
  });

  test("says that a buffer is not made any more", async () => {
    const { plugin } = await keeping(`createBuffer(); export const onEvent = () => {};`);
    for (const number of [1, 7, "__proto__"])
      expect((await plugin.call("flushBuffer", [number, [], 0])).outcome).toMatchObject({
        kind: "threw",
        message: expect.stringContaining("createBuffer was called 1 times by its script and setupPlugin") as string,
      });
  });

  test.each([
    "Number.isFinite = () => false; Number.prototype.valueOf = () => 0;",
    "JSON.stringify = () => '0'; JSON.parse = () => 0; Array.isArray = () => true; Reflect.getPrototypeOf = () => null;",
    "Object.defineProperty(Object.prototype, '0', { set: () => undefined, get: () => () => 1 });",
    "Object.defineProperty(Object.prototype, 'number', { get: () => 5, set: () => undefined });",
    "Array.prototype.toJSON = undefined; Object.prototype.limit = 1; Object.prototype.buffers = 1;",
  ])("stands on nothing that a plugin can replace: %s", async (attack) => {
    const { plugin, asked } = await keeping(`
      ${attack}
      const buffer = createBuffer({ ${SAYS} });
      export const onEvent = () => { buffer.add({ a: [1] }, 2); };
    `);
    await plugin.run("onEvent", {});
    await plugin.run("flushBuffer", 0, [{ a: [1] }], 2);
    expect(asked).toEqual([[DEFAULTS, { a: [1] }, 2]]);
    expect(said(plugin)).toHaveLength(1);
  });
});
