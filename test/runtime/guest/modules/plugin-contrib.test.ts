import { describe, expect, test } from "vitest";

import { loadPlugin } from "../../support/load-plugin.ts";

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

describe("createBuffer", () => {
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
