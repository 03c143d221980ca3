import { describe, expect, test, vi } from "vitest";

import { CACHE_LIMITS } from "../../host/capabilities/redis/limits.ts";
import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { cacheAt, newPrefix } from "./cache-end.ts";
import type { CacheEnd } from "./cache-end.ts";

/** What a plugin sees of `meta.cache`: through its sandbox and the contract's boundary to an end and back. */
export function describePluginCache(name: string, makeEnd: () => CacheEnd): void {
  describe(`meta.cache over ${name}`, () => {
    describeValues(makeEnd);
    describeOrder(makeEnd);
    describeErrors(makeEnd);
  });
}

/** Runs the body of a function over `cache` in a plugin, and gives what it returns. */
async function run(end: CacheEnd, body: string, prefix = newPrefix()): Promise<unknown> {
  const source = `export async function processEvent(event, { cache }) { event.properties.result = await (async () => { ${body} })(); return event }`;
  const plugin = await loadPlugin(source, { provide: () => ({ cache: cacheAt(end, prefix) }) });
  const event = (await plugin.run("processEvent", { uuid: "1", event: "a", properties: {} })) as {
    properties: { result?: unknown };
  };
  plugin.sandbox.dispose();
  return event.properties.result;
}

function describeValues(makeEnd: () => CacheEnd): void {
  test("values keep their types", async () => {
    const body = `
      const values = [0, -1.5, "", "1", true, false, [1, [2]], { a: { b: null } }, "\\ud83e\\udd94"];
      await Promise.all(values.map((value, i) => cache.set("k" + i, value)));
      return Promise.all(values.map((_, i) => cache.get("k" + i)));`;
    expect(await run(makeEnd(), body)).toEqual([0, -1.5, "", "1", true, false, [1, [2]], { a: { b: null } }, "🦔"]);
  });

  test("the default stands for a key that is missing, and for nothing else", async () => {
    const body = `
      await cache.set("null", null);
      await cache.set("undefined", undefined);
      await cache.set("zero", 0);
      return [
        await cache.get("missing", "default"), await cache.get("missing"), await cache.get("missing", 0),
        await cache.get("null", "default"), await cache.get("undefined", "default"), await cache.get("zero", "default"),
      ];`;
    expect(await run(makeEnd(), body)).toEqual(["default", null, 0, null, null, 0]);
  });

  test("with jsonSerialize false, text is kept and given as it is", async () => {
    const body = `
      const raw = { jsonSerialize: false };
      await cache.set("text", "a \\"b\\"", undefined, raw);
      await cache.set("number", 5, undefined, raw);
      await cache.set("json", { a: 1 });
      return [
        await cache.get("text", null, raw), await cache.get("text"), await cache.get("number", null, raw),
        await cache.get("number"), await cache.get("json", null, raw), await cache.get("missing", "default", raw),
      ];`;
    expect(await run(makeEnd(), body)).toEqual(['a "b"', null, "5", 5, '{"a":1}', "default"]);
  });

  test("set returns nothing", async () => {
    expect(await run(makeEnd(), "return [(await cache.set('k', 1)) === undefined]")).toEqual([true]);
  });

  test("a number that was set can be counted on", async () => {
    const body = "await cache.set('n', 0); return [await cache.incr('n'), await cache.incr('n'), await cache.get('n')]";
    expect(await run(makeEnd(), body)).toEqual([1, 2, 2]);
  });

  test("a time to live ends, and 0, null and none at all are none", async () => {
    const end = makeEnd();
    const prefix = newPrefix();
    await run(
      end,
      "for (const [i, ttl] of [undefined, 0, null, 100].entries()) await cache.set('k' + i, i, 1), await cache.set('k' + i, i, ttl); await cache.set('short', 1, 1);",
      prefix,
    );
    end.pass(1);
    const read = () =>
      run(end, "return Promise.all(['short', 'k0', 'k1', 'k2', 'k3'].map((k) => cache.get(k, 'gone')))", prefix);
    await vi.waitFor(async () => expect(await read()).toEqual(["gone", 0, 1, 2, 3]), {
      timeout: 10_000,
      interval: 100,
    });
  });

  test("lists hold strings", async () => {
    const body = `
      return [
        await cache.lpush("l", ["1", 2, { a: 1 }]), await cache.lpush("l", "first"), await cache.llen("l"),
        await cache.lrange("l", 0, -1), await cache.lrem("l", 0, "2"), await cache.lpop("l", 1), await cache.lrange("l", 0, 9),
      ];`;
    expect(await run(makeEnd(), body)).toEqual([
      3,
      4,
      4,
      ["first", "[object Object]", "2", "1"],
      1,
      ["first"],
      ["[object Object]", "1"],
    ]);
  });

  test("plugins and teams do not meet", async () => {
    const end = makeEnd();
    await run(end, "await cache.set('k', 'secret')", "@plugin/1/12/");
    for (const prefix of ["@plugin/1/1/", "@plugin/2/12/", "@plugin/11/2/"]) {
      const body = "return Promise.all(['k', '2/k', '/k', '../12/k', '*'].map((k) => cache.get(k)))";
      expect(await run(end, body, prefix)).toEqual([null, null, null, null, null]);
    }
    expect(await run(end, "await cache.expire('k', 0); return [await cache.get('k')]", "@plugin/1/12/")).toEqual([
      null,
    ]);
  });
}

function describeOrder(makeEnd: () => CacheEnd): void {
  test("a get sees the set before it that was not awaited", async () => {
    const body = `
      cache.set("k", "a");
      const first = cache.get("k");
      cache.set("k", "b");
      return [await first, await cache.get("k")];`;
    expect(await run(makeEnd(), body)).toEqual(["a", "b"]);
  });

  test("nothing overtakes what is on its way, over several turns", async () => {
    const body = `
      const seen = [];
      for (let i = 0; i < 20; i++) {
        cache.set("k", i);
        await Promise.resolve();
        seen.push(cache.get("k"));
        cache.incr("turns");
        if (i % 5 === 4) await cache.llen("nothing");
      }
      return Promise.all(seen);`;
    expect(await run(makeEnd(), body)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("what is left un-awaited is done when the call has ended", async () => {
    const end = makeEnd();
    const prefix = newPrefix();
    await run(end, "cache.set('k', 1).then(() => cache.incr('k')).then(() => cache.incr('k'));", prefix);
    expect(await run(end, "return cache.get('k')", prefix)).toBe(3);
  });

  test("a hundred increments of one turn go out as one request", async () => {
    const end = makeEnd();
    const body = "return Promise.all(Array.from({ length: 100 }, () => cache.incr('n')))";
    expect(await run(end, body)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(end.requests()).toBe(1);
  });

  test("one call after another is one request after another", async () => {
    const end = makeEnd();
    await run(end, "for (let i = 0; i < 3; i++) await cache.incr('n')");
    expect(end.requests()).toBe(3);
  });

  test("more calls than a request takes are sent in several, in order", async () => {
    const end = makeEnd();
    const count = CACHE_LIMITS.pipeline.commands * 2 + 1;
    const body = `const all = await Promise.all(Array.from({ length: ${count} }, () => cache.incr('n'))); return all.every((n, i) => n === i + 1)`;
    expect(await run(end, body)).toBe(true);
    expect(end.requests()).toBe(3);
  });
}

function describeErrors(makeEnd: () => CacheEnd): void {
  const caught = (call: string): string =>
    `try { await ${call} } catch (error) { return [error instanceof Error, error.name, error.message] }`;

  test("what the server refuses can be caught", async () => {
    const body = `await cache.lpush("l", "a"); ${caught("cache.get('l')")}`;
    expect(await run(makeEnd(), body)).toEqual([
      true,
      "CacheError",
      "WRONGTYPE Operation against a key holding the wrong kind of value",
    ]);
    expect(await run(makeEnd(), `await cache.set("k", "a"); ${caught("cache.incr('k')")}`)).toEqual([
      true,
      "CacheError",
      "ERR value is not an integer or out of range",
    ]);
  });

  test("what is not caught ends the call, and names the error", async () => {
    const plugin = await loadPlugin(
      `export async function processEvent(event, { cache }) { await cache.set("k", "a"); await cache.incr("k"); return event }`,
      { provide: () => ({ cache: cacheAt(makeEnd()) }) },
    );
    const { outcome } = await plugin.call("processEvent", [{ event: "a" }]);
    expect(outcome).toMatchObject({
      kind: "threw",
      message: "CacheError: ERR value is not an integer or out of range",
    });
  });

  test.each([
    ["cache.lpush('l', 1)", "TypeError", "cache.lpush expects a string value or an array of strings"],
    ["cache.lpush('l')", "TypeError", "cache.lpush expects a string value or an array of strings"],
    [
      "cache.lpush('l', Array(1001).fill('a'))",
      "IllegalOperationError",
      "Too many elements in array for cache.lpush. Maximum: 1000",
    ],
    ["cache.lrange('l', '0', 1)", "TypeError", "cache.lrange expects a number for the start and end indexes"],
    ["cache.lrange('l', 0)", "TypeError", "cache.lrange expects a number for the start and end indexes"],
    ["cache.lpop('l')", "TypeError", 'cache.lpop expects a number for the "count" argument'],
    ["cache.lrem('l', '1', 'a')", "TypeError", 'cache.lrem expects a number for the "count" argument'],
    ["cache.get('k'.repeat(1001))", "RangeError", "cache: a key has at most 1000 characters, this one has 1001"],
    [
      "cache.set('k', 'v'.repeat(600_000))",
      "RangeError",
      "cache.set: the value has 600002 characters, at most 600000 are kept",
    ],
    ["cache.set('k', 1, -1)", "TypeError", expect.stringContaining("cache.set(ttl-seconds): expected ")],
    ["cache.expire('k', 1.5)", "TypeError", "cache.expire(ttl-seconds): expected u32, got 1.5"],
    ["cache.lrange('l', 0, 2 ** 31)", "TypeError", "cache.lrange(stop): expected s32, got 2147483648"],
  ])("%s is refused", async (call, name, message) => {
    expect(await run(makeEnd(), caught(call))).toEqual([true, name, message]);
  });

  test("a flood of large values is refused before it fills the host's memory", async () => {
    const body = `
      const value = "v".repeat(500_000);
      const all = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => cache.set("k" + i, value)));
      const refused = all.filter(({ status }) => status === "rejected");
      return [refused.length, refused[0].reason.name];`;
    expect(await run(makeEnd(), body)).toEqual([25, "RangeError"]);
  });
}
