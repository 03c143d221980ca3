import { describe, expect, test } from "vitest";

import { HostError } from "../../../runtime/host-error.ts";
import { loadPlugin } from "../support/load-plugin.ts";
import { response } from "../support/records.ts";

/** A promise and its two ends. */
function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  return { promise, resolve, reject };
}

describe("a call", () => {
  test("ends when all that it left un-awaited has ended", async () => {
    const plugin = await loadPlugin(`
      export function onEvent(event, { cache, storage }) {
        cache.set("a", 1).then(() => cache.set("b", 2));
        storage.set("c", 3);
        setTimeout(() => posthog.capture("timer"), 1);
        (async () => { await null; await fetch("https://x.com"); posthog.capture("fetched") })();
        return "returned";
      }
    `);
    expect(await plugin.run("onEvent", {})).toBe("returned");
    expect(await plugin.records.cache.get("b")).toBe("2");
    expect(plugin.records.storage.get("c")).toBe("3");
    expect(plugin.records.captured.map(([event]) => event).toSorted()).toEqual(["fetched", "timer"]);
  });

  test("that threw still ends all that it left", async () => {
    const plugin = await loadPlugin(
      "export function onEvent(event, { cache }) { cache.set('a', 1); throw new Error('x') }",
    );
    expect((await plugin.call("onEvent", [{}])).outcome.kind).toBe("threw");
    expect(await plugin.records.cache.get("a")).toBe("1");
    expect(plugin.sandbox.lost).toBe(false);
  });

  test("owns the sandbox: the next begins when it has ended", async () => {
    const gate = deferred();
    const plugin = await loadPlugin(`
      const seen = [];
      export async function onEvent({ n }) {
        seen.push("start " + n);
        fetch("https://x.com").then(() => seen.push("detached " + n));
        seen.push("end " + n);
        return seen;
      }
    `);
    plugin.records.respond = () => gate.promise.then(() => response(200, ""));
    const calls = [1, 2, 3].map((n) => plugin.run("onEvent", { n }));
    gate.resolve();
    expect((await Promise.all(calls)).at(-1)).toEqual([
      "start 1",
      "end 1",
      "detached 1",
      "start 2",
      "end 2",
      "detached 2",
      "start 3",
      "end 3",
    ]);
  });

  test("that fails does not hold up the next", async () => {
    const plugin = await loadPlugin("export function onEvent({ n }) { if (n === 1) throw new Error('x'); return n }");
    const results = await Promise.all([plugin.call("onEvent", [{ n: 1 }]), plugin.call("onEvent", [{ n: 2 }])]);
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(["threw", "ok"]);
  });

  test("finishes what the script began before any function was called", async () => {
    const plugin = await loadPlugin(`
      let ready = "no";
      meta = fetch("https://x.com").then(() => { ready = "yes" });
      export const onEvent = () => ready;
    `);
    await plugin.run("onEvent", {});
    expect(await plugin.run("onEvent", {})).toBe("yes");
  });

  test("may have many operations in flight, which settle in any order", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = () => Promise.all([3, 1, 2].map(async (n) => (await fetch("https://x.com/" + n)).json()));
    `);
    plugin.records.respond = async ({ url }) => {
      const n = Number(url.at(-1));
      await new Promise((resolve) => setTimeout(resolve, n));
      return response(200, `${n}`);
    };
    expect(await plugin.run("onEvent", {})).toEqual([3, 1, 2]);
  });
});

describe("timers", () => {
  test("fire in order, with their arguments, unless cleared", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        const seen = [];
        const cleared = setTimeout(() => seen.push("cleared"), 1);
        setTimeout((...args) => seen.push(["late", ...args]), 20, 1, 2);
        setTimeout(() => seen.push("soon"), 1);
        setImmediate((x) => seen.push(x), "immediate");
        clearTimeout(cleared);
        clearTimeout(undefined); clearTimeout(99); clearInterval("x");
        await new Promise((resolve) => setTimeout(resolve, 300));
        return [seen, typeof cleared];
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([["immediate", "soon", ["late", 1, 2]], "object"]);
  });

  test("repeat until cleared, from within too", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = () => new Promise((resolve) => {
        let n = 0;
        const id = setInterval(() => { if (++n === 3) { clearInterval(id); resolve(n) } }, 1);
      });
    `);
    expect(await plugin.run("onEvent", {})).toBe(3);
  });

  test.each(["undefined", "null", "-5", "'1'", "NaN", "Infinity", "1e300", "{}"])(
    "a delay of %s is a short one",
    async (delay) => {
      const plugin = await loadPlugin(
        `export const onEvent = () => new Promise((r) => setTimeout(() => r("fired"), ${delay}))`,
      );
      expect(await plugin.run("onEvent", {})).toBe("fired");
    },
  );

  test.each(["'code'", "undefined", "{}"])("%s is no callback", async (callback) => {
    const plugin = await loadPlugin(`export const onEvent = () => { setTimeout(${callback}, 1) }`);
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({
      kind: "threw",
      message: "TypeError: a timer needs a function to call",
    });
  });

  test("end with the call: a later one is not disturbed", async () => {
    const plugin = await loadPlugin(`
      export function onEvent({ n }, { global }) {
        const fired = global.fired ?? [];
        global.fired = fired;
        setTimeout(() => fired.push(n), 1);
        return [...fired];
      }
    `);
    expect(await plugin.run("onEvent", { n: 1 })).toEqual([]);
    expect(await plugin.run("onEvent", { n: 2 })).toEqual([1]);
  });
});

describe("a capability", () => {
  test("that fails for the plugin to know rejects with the name and message given", async () => {
    const plugin = await loadPlugin(
      "export const onEvent = (e, { cache }) => cache.get('k').catch((e) => [e.name, e.message, e instanceof Error, Object.keys(e)])",
      {
        provide: () => ({
          cache: { ...EMPTY_CACHE, get: () => Promise.reject(new HostError("CacheError", "not there")) },
        }),
      },
    );
    expect(await plugin.run("onEvent", {})).toEqual(["CacheError", "not there", true, []]);
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("the host's own"))],
    [
      "throws",
      () => {
        throw new Error("the host's own");
      },
    ],
  ])("that %s by the host's fault ends the call as the host's failure, and the sandbox is gone", async (_, get) => {
    const plugin = await loadPlugin(
      "export const onEvent = async (e, { cache }) => { try { await cache.get('k') } catch { return 'hidden' } }",
      {
        provide: () => ({ cache: { ...EMPTY_CACHE, get } }),
      },
    );
    await expect(plugin.call("onEvent", [{}])).rejects.toThrow("the host's own");
    expect(plugin.sandbox.lost).toBe(true);
  });

  test("that answers with nonsense is the host's failure, and no call waits for it for ever", async () => {
    const plugin = await loadPlugin("export const onEvent = () => fetch('https://x.com')", {
      limits: { wallMs: 3_600_000 },
    });
    plugin.records.respond = () => null as never;
    await expect(plugin.call("onEvent", [{}])).rejects.toThrow(TypeError);
    expect(plugin.sandbox.lost).toBe(true);
  });

  test("is told by its signal that the call is over", async () => {
    const signals: AbortSignal[] = [];
    const plugin = await loadPlugin("export const onEvent = () => { posthog.capture('x') }", {
      provide: (scope) => ({
        posthog: {
          async capture() {
            signals.push(scope.signal);
          },
          api: () => Promise.reject(new Error("not asked for here")),
        },
      }),
    });
    await plugin.run("onEvent", {});
    await plugin.run("onEvent", {});
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(signals[0]).not.toBe(signals[1]);
  });
});

describe("after a timeout", () => {
  test("an answer that arrives late reaches nothing", async () => {
    const late = deferred();
    const served: string[] = [];
    const plugin = await loadPlugin(
      "export async function onEvent() { await fetch('https://x.com'); posthog.capture('after'); console.log('after') }",
      { limits: { wallMs: 10 } },
    );
    plugin.records.respond = async () => {
      await late.promise;
      served.push("answered");
      return response(200, "");
    };
    expect((await plugin.call("onEvent", [{}])).outcome.kind).toBe("timeout");
    late.resolve();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(served).toEqual(["answered"]);
    expect(plugin.records.captured).toEqual([]);
    expect(plugin.records.logs).toEqual([]);
  });

  test("a failure of the host that arrives late disturbs nothing", async () => {
    const late = deferred();
    const plugin = await loadPlugin("export const onEvent = () => fetch('https://x.com')", { limits: { wallMs: 10 } });
    plugin.records.respond = () => late.promise.then(() => response(200, ""));
    expect((await plugin.call("onEvent", [{}])).outcome.kind).toBe("timeout");
    late.reject(new Error("late"));
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

describe("dispose", () => {
  test("aborts the call in hand, and nothing of it runs again", async () => {
    const gate = deferred();
    const plugin = await loadPlugin(
      "export async function onEvent() { await fetch('https://x.com'); posthog.capture('after') }",
    );
    plugin.records.respond = () => gate.promise.then(() => response(200, ""));
    const call = plugin.call("onEvent", [{}]);
    const waiting = plugin.call("onEvent", [{}]);
    const ends = Promise.allSettled([call, waiting]);
    await new Promise((resolve) => setTimeout(resolve, 1));
    plugin.sandbox.dispose();
    gate.resolve();
    expect((await ends).map((end) => end.status === "rejected" && (end.reason as Error).message)).toEqual([
      "the sandbox was disposed of during a call",
      "the sandbox is gone: onEvent cannot be called",
    ]);
    expect(plugin.records.captured).toEqual([]);
    expect(plugin.sandbox.lost).toBe(true);
  });
});

const EMPTY_CACHE = {
  get: async () => undefined,
  set: async () => undefined,
  incr: async () => 0,
  expire: async () => false,
  lpush: async () => 0,
  lrange: async () => [],
  llen: async () => 0,
  lpop: async () => [],
  lrem: async () => 0,
};
