import { describe, expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

const EVENT = { event: "test event", properties: {} };

/** Runs the body of an onEvent function, with `meta` at hand, and gives what it returned. */
async function runBody(body: string, options: Parameters<typeof loadPlugin>[1] = {}): Promise<unknown> {
  const plugin = await loadPlugin(`export async function onEvent(event, meta) { ${body} }`, options);
  return plugin.run("onEvent", EVENT);
}

/** What a body throws or rejects with, as `Name: message`. */
async function throwOf(body: string, options: Parameters<typeof loadPlugin>[1] = {}): Promise<string | null> {
  const plugin = await loadPlugin(`export async function onEvent(event, meta) { ${body} }`, options);
  return (await plugin.call("onEvent", [EVENT])).thrown;
}

describe("meta", () => {
  test("has all of PostHog's keys", async () => {
    const plugin = await loadPlugin("export const onEvent = (event, meta) => Object.keys(meta)");
    expect(await plugin.run("onEvent", {})).toEqual(
      expect.arrayContaining([
        "attachments",
        "cache",
        "config",
        "geoip",
        "global",
        "jobs",
        "metrics",
        "storage",
        "utils",
      ]),
    );
  });

  test("is one object for all calls: what a plugin adds to it stays", async () => {
    const plugin = await loadPlugin(
      `
      export function setupPlugin(meta) { meta.foo = 1; meta.global.bar = 2; meta.config.key += "!" }
      export function onEvent(event, { foo, global, config }) { return [foo, global.bar, config.key] }
    `,
      { config: { key: "value" } },
    );
    await plugin.run("setupPlugin");
    expect(await plugin.run("onEvent", EVENT)).toEqual([1, 2, "value!"]);
  });

  test("config is the config", async () => {
    const config = { key: "value", number: 1, nested: { a: [1, null] }, "": "empty" };
    expect(await runBody("return meta.config", { config })).toEqual(config);
  });

  test("config is a copy: what a plugin does to it changes nothing outside", async () => {
    const config = { key: "value" };
    await runBody("meta.config.key = 'changed'; delete meta.config.key", { config });
    expect(config).toEqual({ key: "value" });
  });
});

describe("meta.attachments", () => {
  const attachments = [
    {
      key: "filters",
      contentType: "application/json",
      fileName: "filters.json",
      contents: new TextEncoder().encode('{"a":"\u00e9"}'),
    },
    { key: "bytes", contentType: "application/octet-stream", fileName: "b", contents: new Uint8Array([0, 255, 1]) },
    { key: "empty", contentType: "text/plain", fileName: "e", contents: new Uint8Array() },
  ];

  test("have PostHog's three fields, the contents as a Buffer", async () => {
    const body = `
      const { filters, bytes, empty } = meta.attachments;
      return [Object.keys(meta.attachments), Object.keys(filters), filters.content_type, filters.file_name,
        Buffer.isBuffer(filters.contents), bytes.contents instanceof Uint8Array, [...bytes.contents], empty.contents.length]`;
    expect(await runBody(body, { attachments })).toEqual([
      ["filters", "bytes", "empty"],
      ["content_type", "file_name", "contents"],
      "application/json",
      "filters.json",
      true,
      true,
      [0, 255, 1],
      0,
    ]);
  });

  test("can be parsed as they are, as a Buffer turns into its text", async () => {
    const body =
      "return [JSON.parse(meta.attachments.filters.contents), meta.attachments.filters.contents.toString('hex')]";
    expect(await runBody(body, { attachments })).toEqual([{ a: "\u00e9" }, "7b2261223a22c3a9227d"]);
  });

  test("stay on the host until their contents are looked at, and are fetched once", async () => {
    const plugin = await loadPlugin(
      `export function setupPlugin({ attachments }) { Object.keys(attachments.filters); attachments.bytes.file_name; ({ ...attachments }) }
       export const onEvent = (event, { attachments: { bytes } }) => [bytes.contents === bytes.contents, bytes.contents[1]];`,
      { attachments },
    );
    await plugin.run("setupPlugin");
    expect(plugin.records.reads).toEqual([]);
    expect(await plugin.run("onEvent", EVENT)).toEqual([true, 255]);
    await plugin.run("onEvent", EVENT);
    expect(plugin.records.reads).toEqual([1]);
  });

  test("can be put something else in their place", async () => {
    const plugin = await loadPlugin(
      "export const onEvent = (event, { attachments: { bytes } }) => { bytes.contents = 'mine'; return [bytes.contents, Object.keys(bytes)] }",
      { attachments },
    );
    expect(await plugin.run("onEvent", EVENT)).toEqual(["mine", ["content_type", "file_name", "contents"]]);
    expect(plugin.records.reads).toEqual([]);
  });

  test("that are more than half of the sandbox's memory cannot be read, and say so", async () => {
    const large = ["a", "b"].map((key) => ({
      key,
      contentType: "text/plain",
      fileName: key,
      contents: new Uint8Array(3_000_000),
    }));
    const body = "return [meta.attachments.a.contents.length, meta.attachments.b.contents.length]";
    expect(await throwOf(body, { attachments: large, limits: { memoryBytes: 8_000_000 } })).toMatch(
      /^RangeError: attachment "b" has 3000000 bytes: .*4000000 bytes in all.*Raise memoryBytes/,
    );
    expect(await runBody(body, { attachments: large, limits: { memoryBytes: 16_000_000 } })).toEqual([
      3_000_000, 3_000_000,
    ]);
  });

  test("belong to the sandbox: the host's bytes stay as they are", async () => {
    await runBody("meta.attachments.bytes.contents.fill(7)", { attachments });
    expect([...(attachments[1]?.contents ?? [])]).toEqual([0, 255, 1]);
  });
});

describe("meta.cache", () => {
  test("set and get across calls, un-awaited too", async () => {
    const plugin = await loadPlugin(`
      export async function processEvent(event, { cache }) {
        const counter = await cache.get("counter", 0);
        cache.set("counter", counter + 1);
        event.properties.counter = counter + 1;
        return event;
      }
    `);
    for (const counter of [1, 2, 3])
      expect(await plugin.run("processEvent", EVENT)).toMatchObject({ properties: { counter } });
  });

  test("values are JSON, text only when asked", async () => {
    const body = `
      const { cache } = meta;
      await cache.set("a", { x: [1, null] });
      await cache.set("b", "text", 10, { jsonSerialize: false });
      await cache.set("c", null);
      await cache.set("d", undefined);
      return [await cache.get("a"), await cache.get("a", 0, { jsonSerialize: false }), await cache.get("b", 0, { jsonSerialize: false }),
        await cache.get("b", "default"), await cache.get("c", "default"), await cache.get("d", "default"), await cache.get("none", "default"), await cache.get("none")]`;
    expect(await runBody(body)).toEqual([
      { x: [1, null] },
      '{"x":[1,null]}',
      "text",
      null,
      null,
      null,
      "default",
      null,
    ]);
  });

  test("expire and the ttl of set", async () => {
    const plugin = await loadPlugin(`
      export async function setupPlugin({ cache }) {
        await cache.set("a", 1); await cache.set("b", 2, 1); await cache.set("c", 3, 0);
        return [await cache.expire("a", 1), await cache.expire("none", 1)];
      }
      export const onEvent = async (event, { cache }) => [await cache.get("a"), await cache.get("b"), await cache.get("c")];
    `);
    expect(await plugin.run("setupPlugin")).toEqual([true, false]);
    expect(await plugin.run("onEvent", EVENT)).toEqual([1, 2, 3]);
    plugin.clock.now += 1001;
    expect(await plugin.run("onEvent", EVENT)).toEqual([null, null, 3]);
  });

  test("incr", async () => {
    const body = `await meta.cache.set("n", 0); return [await meta.cache.incr("n"), await meta.cache.incr("n"), await meta.cache.get("n"), await meta.cache.incr("new")]`;
    expect(await runBody(body)).toEqual([1, 2, 2, 1]);
  });

  test("lists", async () => {
    const body = `
      const { cache } = meta;
      const lengths = [await cache.lpush("l", "1"), await cache.lpush("l", ["2", 3]), await cache.llen("l")];
      const all = await cache.lrange("l", 0, 10);
      const popped = await cache.lpop("l", 1);
      const removed = await cache.lrem("l", 1, "2");
      const left = await cache.lrange("l", 0, -1);
      await cache.expire("l", 0);
      return [lengths, all, popped, removed, left, await cache.llen("l"), await cache.lrange("none", 0, 1)]`;
    expect(await runBody(body)).toEqual([[1, 3, 3], ["3", "2", "1"], ["3"], 1, ["1"], 0, []]);
  });

  test.each([
    ["lpush('k', 5)", "TypeError: cache.lpush expects a string value or an array of strings"],
    [
      "lpush('k', Array(1001).fill('x'))",
      "IllegalOperationError: Too many elements in array for cache.lpush. Maximum: 1000",
    ],
    ["lrange('k', '0', 1)", "TypeError: cache.lrange expects a number for the start and end indexes"],
    ["lpop('k')", 'TypeError: cache.lpop expects a number for the "count" argument'],
    ["lrem('k', '1', 'x')", 'TypeError: cache.lrem expects a number for the "count" argument'],
    ["expire('k', 'soon')", "TypeError: cache.expire(ttl-seconds): expected u32, got null"],
    ["expire('k', -1)", "TypeError: cache.expire(ttl-seconds): expected u32, got -1"],
    ["set('k', 1, 1.5)", "TypeError: cache.set(ttl-seconds): expected u32, got 1.5"],
    ["lrange('k', 0.5, 1)", "TypeError: cache.lrange(start): expected s32, got 0.5"],
  ])("%s rejects", async (call, error) => {
    expect(await throwOf(`await meta.cache.${call}`)).toBe(error);
  });

  test("keys are texts, whatever is passed", async () => {
    const body = `await meta.cache.set(1, "a"); await meta.cache.set(undefined, "b"); return [await meta.cache.get("1"), await meta.cache.get("undefined")]`;
    expect(await runBody(body)).toEqual(["a", "b"]);
  });
});

describe("meta.storage", () => {
  test("set, get and del", async () => {
    const body = `
      const { storage } = meta;
      const seen = [await storage.get("k", "default"), (await storage.get("k")) === undefined];
      await storage.set("k", null); seen.push(await storage.get("k", "default"));
      await storage.set("k", { a: [1] }); seen.push(await storage.get("k", "default"));
      await storage.del("k"); seen.push(await storage.get("k", null)); await storage.del("k");
      await storage.set("k", 5); await storage.set("k", undefined); seen.push(await storage.get("k", "gone"));
      return seen`;
    expect(await runBody(body)).toEqual(["default", true, null, { a: [1] }, null, "gone"]);
  });

  test("counts across calls", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent(event, { storage }) {
        const n = (await storage.get("n", 0)) + 1; storage.set("n", n); return n
      }
    `);
    expect([
      await plugin.run("onEvent", EVENT),
      await plugin.run("onEvent", EVENT),
      await plugin.run("onEvent", EVENT),
    ]).toEqual([1, 2, 3]);
  });
});

describe("meta.utils.cursor", () => {
  test("counts, in the key space of storage", async () => {
    const body = `
      const { utils: { cursor }, storage } = meta;
      await cursor.init("c"); await cursor.init("d", 10); await cursor.init("d", 99);
      return [await cursor.increment("c"), await cursor.increment("c", 5), await cursor.increment("d", 0), await cursor.increment("new", 3), await storage.get("c")]`;
    expect(await runBody(body)).toEqual([1, 6, 11, 3, 6]);
  });

  test.each([
    ["init('k', '1')", "TypeError: The cursor's initial value must be a number!"],
    ["increment('k', '1')", "TypeError: The incrementBy value must be a number!"],
  ])("%s rejects", async (call, error) => {
    expect(await throwOf(`await meta.utils.cursor.${call}`)).toBe(error);
  });
});

test("meta.geoip.locate finds a place, or nothing", async () => {
  const plugin = await loadPlugin(
    "export const onEvent = async (event, { geoip }) => [await geoip.locate('1.2.3.4'), await geoip.locate('x')]",
  );
  plugin.records.places.set("1.2.3.4", { city: { names: { en: "London" } } });
  expect(await plugin.run("onEvent", EVENT)).toEqual([{ city: { names: { en: "London" } } }, null]);
});

describe("meta.request", () => {
  test("tells what is known of the request that brought the event, and null of all else", async () => {
    const plugin = await loadPlugin(
      "export const onEvent = (event, { request: { country, asn, consent, doNotTrack }, request }) => [country, asn, consent, doNotTrack, request]",
    );
    plugin.records.request = { country: "SE", asn: 5, doNotTrack: false };
    const seen = (await plugin.run("onEvent", EVENT)) as unknown[];
    expect(seen.slice(0, 4)).toEqual(["SE", 5, null, false]);
    expect(seen[4]).toEqual({
      country: "SE",
      city: null,
      region: null,
      regionCode: null,
      continent: null,
      postalCode: null,
      timeZone: null,
      asn: 5,
      asOrganization: null,
      userAgent: null,
      botScore: null,
      consent: null,
      globalPrivacyControl: null,
      doNotTrack: false,
    });
  });

  test("is that of the call in hand, also where a plugin has kept it", async () => {
    const plugin = await loadPlugin(
      "export function setupPlugin({ request, global }) { global.request = request } export const onEvent = (event, { global }) => global.request.country",
    );
    await plugin.run("setupPlugin");
    for (const country of ["SE", "FR"]) {
      plugin.records.request = { country };
      expect(await plugin.run("onEvent", EVENT)).toBe(country);
    }
  });

  test("that was not granted is a denial to who asks for a field, and no trouble to anybody else", async () => {
    const options = { granted: ["log"] } as const;
    expect(
      await runBody("return [{ ...meta }.config, JSON.stringify(meta.request), { ...meta.request }]", options),
    ).toEqual([{}, "{}", {}]);
    expect(await throwOf("return meta.request.country", options)).toBe("DeniedError: request is not granted");
  });
});

describe("meta.metrics", () => {
  const SOURCE = `
    export const metrics = { seen: "sum", largest: "MAX", smallest: "min", ignored: 5 };
    export function onEvent(event, { metrics }) { BODY }
  `;
  const withBody = (body: string) => loadPlugin(SOURCE.replace("BODY", body));

  test("are told, in lower case", async () => {
    expect((await withBody("")).sandbox.discovery.metrics).toEqual([
      ["seen", "sum"],
      ["largest", "max"],
      ["smallest", "min"],
    ]);
  });

  test("each have the one method of their kind", async () => {
    const plugin = await withBody(
      "metrics.seen.increment(2); metrics.largest.max(-1.5); metrics.smallest.min(3); return [typeof metrics.seen.max, Object.keys(metrics)]",
    );
    expect(await plugin.run("onEvent", EVENT)).toEqual(["undefined", ["seen", "largest", "smallest"]]);
    expect(plugin.records.metrics).toEqual([
      ["seen", "increment", 2],
      ["largest", "max", -1.5],
      ["smallest", "min", 3],
    ]);
  });

  test.each([
    ["metrics.other", "IllegalOperationError: Invalid metric name"],
    ["metrics.ignored", "IllegalOperationError: Invalid metric name"],
    ["metrics.seen.increment('1')", "IllegalOperationError: Only numbers are allowed for operations on metrics"],
    ["metrics.seen.increment(NaN)", "TypeError: metrics.write(value): expected f64, got null"],
    ["metrics.seen.max(1)", "TypeError: not a function"],
  ])("%s throws", async (body, error) => {
    expect((await (await withBody(body)).call("onEvent", [EVENT])).thrown).toBe(error);
  });
});

describe("posthog.capture", () => {
  test("hands event and properties on as they are", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        await posthog.capture("first");
        posthog.capture("second", { distinct_id: "x", timestamp: "t", $set: { a: 1 }, n: null });
        return typeof posthog.capture("third", {}).then;
      }
    `);
    expect(await plugin.run("onEvent", EVENT)).toBe("function");
    expect(plugin.records.captured).toEqual([
      ["first", {}],
      ["second", { distinct_id: "x", timestamp: "t", $set: { a: 1 }, n: null }],
      ["third", {}],
    ]);
  });

  test("with properties that JSON cannot carry rejects", async () => {
    expect(await throwOf("const a = {}; a.a = a; await posthog.capture('x', a)")).toContain(
      "TypeError: circular reference",
    );
  });
});
