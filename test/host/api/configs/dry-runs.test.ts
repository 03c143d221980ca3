import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process } from "../client.ts";

const db = await migratedRegistry();

/** Does all that leaves traces. */
const SOURCE = `
export async function setupPlugin({ global }) { global.ready = true }
export const jobs = { later() {} };
export async function processEvent(event, { cache, storage, config, jobs, metrics, global }) {
  if (event.event === "seen") return event;
  console.log("saw", event.event, config.apiKey);
  const before = await storage.get("count", 0);
  await storage.set("count", before + 1);
  await cache.set("last", event.event);
  posthog.capture("seen", { of: event.event });
  await jobs.later({ n: 1 }).runIn(1, "minutes");
  metrics.total.increment(2);
  const answer = await fetch("https://api.test/?key=" + config.apiKey).then((r) => r.status, (e) => e.message);
  return { ...event, properties: { ...event.properties, count: before, last: await cache.get("last"), ready: global.ready, answer } };
}
export const metrics = { total: "sum" };
`;
const config = [{ key: "apiKey", type: "string", secret: true, default: "k3y-of-the-test" }];
const grants = { storage: true, cache: true, fetch: ["api.test"], posthog: true, jobs: true, metrics: true };

let pluginId: number;
let team: Team;
let configId: number;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const { json } = await call("POST", "/api/plugins", { name: "tracer", source: SOURCE, config });
  pluginId = Number(json["id"]);
});

beforeEach(async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("teapot", { status: 418 }));
  team = await createTeam(db, 1, { name: "Dry", token: `phc_dry_${crypto.randomUUID()}`, shards: 2 }, 1);
  const { json } = await call("POST", "/api/plugin_configs", {
    team_id: team.id,
    plugin_id: pluginId,
    enabled: true,
    grants,
  });
  configId = Number(json["id"]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const dryRun = (body: JsonObject) => call("POST", `/api/plugin_configs/${configId}/dry_run`, body);

/** All that a team has anywhere, but for the blobs of versions. */
async function traces(): Promise<string> {
  const lists = await Promise.all(
    ["events", "outcomes", "logs", "recent-events", "dead-letters"].map(
      async (list) => (await call("GET", `/api/${list}?team_id=${team.id}`)).json,
    ),
  );
  const { results } = await env.REGISTRY.prepare("select * from plugin_config where team_id = ?").bind(team.id).all();
  return JSON.stringify([lists, results]);
}

describe("a dry run", () => {
  test("tells all that a plugin does with an event, and keeps none of it", async () => {
    const before = await traces();
    const { status, json } = await dryRun({ event: { event: "hello", properties: { a: 1 } } });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      setup: null,
      results: [
        {
          before: { event: "hello", properties: { a: 1 }, team_id: team.id },
          after: { properties: { a: 1, count: 0, last: "hello", ready: true, answer: 418 } },
          diff: { fields: [] },
          outcome: { kind: "ok", function: "processEvent" },
        },
      ],
      logs: [
        { type: "INFO", message: "Plugin loaded." },
        { type: "LOG", message: expect.stringContaining("saw hello [redacted]") },
      ].map((entry) => expect.objectContaining({ message: entry.message }) as object),
      fetches: [{ method: "GET", url: "https://api.test/?key=[redacted]", status: 418 }],
      captured: [{ event: "seen", properties: { of: "hello" } }],
      jobs: [{ name: "later", payload: { n: 1 } }],
      metrics: [{ name: "total", operation: "increment", value: 2 }],
      written: { storage: { count: "1" }, cache: { [`@plugin/${pluginId}/${team.id}/last`]: '"hello"' } },
      fuel: expect.any(Number),
    });
    expect(JSON.stringify(json)).not.toContain("k3y-of-the-test");
    expect(
      (json["results"] as { diff: { properties: { key: string }[] } }[])[0]?.diff.properties.map(({ key }) => key),
    ).toEqual(["count", "last", "ready", "answer"]);
    expect(await traces()).toBe(before);
    // Nor does the next one see anything of it.
    expect((await dryRun({ event: { event: "again" } })).json).toMatchObject({
      results: [{ after: { properties: { count: 0 } } }],
    });
  });

  test("sees what is really stored, and leaves it", async () => {
    await process(team, [message(team.id, { event: "real", distinct_id: "p" })]);
    const { json } = await dryRun({ event: { event: "x" } });
    expect(json).toMatchObject({
      results: [{ after: { properties: { count: 1 } } }],
      written: { storage: { count: "2" } },
    });
    await process(team, [message(team.id, { event: "real", distinct_id: "p" })]);
    const { json: events } = await call("GET", `/api/events?team_id=${team.id}`);
    const counts = (events["results"] as { event: string; properties: JsonObject }[])
      .filter(({ event }) => event === "real")
      .map(({ properties }) => properties["count"]);
    expect(counts.sort()).toEqual([0, 1]);
  });

  test("takes recent events", async () => {
    const real = message(team.id, { event: "recent one", distinct_id: "p" });
    await process(team, [real]);
    expect((await dryRun({ recent_event: String(real.event.uuid) })).json).toMatchObject({
      results: [{ before: { event: "recent one" } }],
    });
    // What it captured passes the plugins in its own time.
    await vi.waitFor(async () => {
      const { results } = (await dryRun({ recent: 5 })).json as { results: { before: { event: string } }[] };
      expect(results.map(({ before }) => before.event)).toEqual(["recent one", "seen"]);
    }, 10_000);
    expect((await dryRun({ recent_event: crypto.randomUUID() })).json).toMatchObject({ attr: "recent_event" });
  });

  test("can go without the network", async () => {
    const { json } = await dryRun({ fetch: "off" });
    expect(json).toMatchObject({ fetches: [{ status: null }], results: [{ outcome: { kind: "ok" } }] });
    expect(globalThis.fetch).toHaveBeenCalledTimes(0);
  });

  test("tries other values and grants than those that are saved", async () => {
    const { json } = await dryRun({
      config: { apiKey: "another-key" },
      grants: { ...grants, fetch: false },
      event: { event: "x" },
    });
    const denied = expect.stringContaining("fetch is not granted") as string;
    expect(json).toMatchObject({ results: [{ after: { properties: { answer: denied } } }], fetches: [] });
  });

  test("ends at the limits, as ever", async () => {
    const { json } = await call("POST", "/api/dry_run", {
      team_id: team.id,
      source: "export const processEvent = () => { for (;;); }",
    });
    expect(json).toMatchObject({ results: [{ outcome: { kind: "fuel" }, after: { event: "test" } }] });
  });

  test.each([{}, { function: "onEvent" }])(
    "ends when much fuel is used up, and tells what was not run: %j",
    async (more) => {
      const source = "export const processEvent = () => { for (;;); }; export const onEvent = processEvent";
      const events = Array.from({ length: 30 }, (_, n) => ({ event: `e${n}` }));
      const { json } = await call("POST", "/api/dry_run", { team_id: team.id, source, events, ...more });
      const { results, called, left } = json as { results: unknown[]; called: unknown[]; left: number };
      expect(left).toBeGreaterThan(0);
      expect(results.length + called.length + left).toBe(30);
    },
  );

  test("of code that is not installed", async () => {
    const source = "export function processEvent(event: { n?: number }) { event.n = 7; return event }";
    const { json } = await call("POST", "/api/dry_run", { team_id: team.id, source });
    expect(json).toMatchObject({
      results: [{ after: { n: 7 }, diff: { fields: [{ key: "n", kind: "added", after: 7 }] } }],
    });
    const broken = await call("POST", "/api/dry_run", { team_id: team.id, source: "export const = 1" });
    expect(broken).toMatchObject({ status: 400, json: { code: "invalid_plugin" } });
  });

  test("of another function", async () => {
    const source =
      "export const onEvent = (event) => console.log('on', event.event); export const runEveryMinute = () => 1";
    const asked = { team_id: team.id, source, event: { event: "x" } };
    expect((await call("POST", "/api/dry_run", { ...asked, function: "onEvent" })).json).toMatchObject({
      called: [{ outcome: { kind: "ok", function: "onEvent" }, returned: null, webhook: null }],
      logs: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining("on x") })]),
    });
    expect((await call("POST", "/api/dry_run", { ...asked, function: "runEveryMinute" })).json).toMatchObject({
      called: [{ outcome: { kind: "ok" } }],
    });
  });

  test("of several events, each by itself or all together", async () => {
    const events = ["a", "b", "c"].map((name) => ({ event: name, distinct_id: name }));
    const ofSource = (source: string, more: JsonObject = {}) =>
      call("POST", "/api/dry_run", { team_id: team.id, source, events, ...more });
    const one = await ofSource(
      "export const processEvent = (e) => e.event === 'b' ? null : { ...e, properties: { seen: e.event } }",
    );
    expect(one.json).toMatchObject({
      results: [
        { after: { properties: { seen: "a" } }, outcome: { kind: "ok" } },
        { after: null, outcome: { kind: "dropped" } },
        { after: { properties: { seen: "c" } }, outcome: { kind: "ok" } },
      ],
    });
    const both = `export const processEvent = (e) => e;
      export const processEventBatch = (all) => all.filter((e) => e.event !== "b").map((e) => ({ ...e, properties: { of: all.length } }))`;
    expect((await ofSource(both, { function: "processEventBatch" })).json).toMatchObject({
      results: [
        { after: { properties: { of: 3 } }, outcome: { kind: "ok", function: "processEventBatch" } },
        { after: null, outcome: { kind: "dropped" } },
        { after: { properties: { of: 3 } } },
      ],
    });
    expect((await ofSource(both)).json).toMatchObject({ results: [{ after: { properties: {} } }, {}, {}] });
    const exported = await ofSource("export const exportEvents = (all) => all.map((e) => e.event).join()", {
      function: "exportEvents",
    });
    expect(exported.json).toMatchObject({ results: [], called: [{ returned: "a,b,c" }] });
    const told = await ofSource("export const onEvent = (e) => e.event + (e.timestamp.endsWith('Z') ? '!' : '?')", {
      function: "onEvent",
    });
    expect(told.json["called"]).toMatchObject([{ returned: "a!" }, { returned: "b!" }, { returned: "c!" }]);
  });

  test("of composeWebhook shows the request, and sends none", async () => {
    const source = `export const composeWebhook = (e, { config }) => ({ url: "https://hook.test/" + e.event, body: e.distinct_id, headers: { "X-A": "1" } })`;
    const { json } = await call("POST", "/api/dry_run", {
      team_id: team.id,
      source,
      event: { event: "x", distinct_id: "me" },
      function: "composeWebhook",
    });
    expect(json["called"]).toMatchObject([
      { webhook: { method: "POST", url: "https://hook.test/x", headers: [["X-A", "1"]], body: "me" } },
    ]);
    expect(globalThis.fetch).toHaveBeenCalledTimes(0);
  });

  test("of a job, and of a task", async () => {
    const source = `export const jobs = { sum: ({ of }) => of.reduce((a, b) => a + b), bare: (payload) => typeof payload };
      export const runEveryHour = (meta) => Object.keys(meta).length > 0`;
    const asked = { team_id: team.id, source };
    expect(
      (await call("POST", "/api/dry_run", { ...asked, job: { name: "sum", payload: { of: [1, 2] } } })).json,
    ).toMatchObject({
      called: [{ outcome: { function: "jobs.sum", kind: "ok" }, returned: 3 }],
    });
    expect((await call("POST", "/api/dry_run", { ...asked, function: "runEveryHour" })).json).toMatchObject({
      called: [{ outcome: { function: "runEveryHour", kind: "ok" }, returned: true }],
    });
    const unknown = await call("POST", "/api/dry_run", { ...asked, job: { name: "__proto__" } });
    expect(unknown.json).toMatchObject({ called: [{ outcome: { kind: "threw" } }] });
    expect(await call("POST", "/api/dry_run", { ...asked, function: "exportEvents" })).toMatchObject({
      status: 400,
      json: { attr: "function", code: "does_not_exist", detail: "source has no function exportEvents." },
    });
    expect(
      await call("POST", "/api/dry_run", { ...asked, function: "runEveryHour", job: { name: "sum" } }),
    ).toMatchObject({
      status: 400,
      json: { attr: "job" },
    });
  });

  test("of files that are given", async () => {
    const source =
      "export const processEvent = (e, { attachments }) => ({ ...e, properties: { a: attachments.a.contents.toString(), type: attachments.b.content_type, b: [...attachments.b.contents] } })";
    const { json } = await call("POST", "/api/dry_run", {
      team_id: team.id,
      source,
      attachments: { a: { contents: "héllo" }, b: { base64: "AAEC", content_type: "application/x" } },
    });
    expect(json).toMatchObject({
      results: [{ after: { properties: { a: "héllo", type: "application/x", b: [0, 1, 2] } } }],
    });
    const wrong = { team_id: team.id, source, attachments: { a: { base64: "%" } } };
    expect(await call("POST", "/api/dry_run", wrong)).toMatchObject({
      status: 400,
      json: { attr: "attachments__a__base64" },
    });
  });
});

describe("answers that are given", () => {
  const source = `export async function processEvent(event) {
    const said = async (url, init) => {
      try { const r = await fetch(url, init); return [r.status, await r.text()] } catch (e) { return e.name + ": " + e.message }
    };
    const { urls } = event.properties;
    event.properties = { said: [] };
    for (const [url, method] of urls) event.properties.said.push(await said(url, { method }));
    return event;
  }`;
  const asked = (urls: [string, string?][], fetch: JsonObject[], more: JsonObject = {}) =>
    call("POST", "/api/dry_run", {
      team_id: team.id,
      source,
      event: { event: "x", properties: { urls } },
      fetch,
      ...more,
    });

  test("take the place of the network", async () => {
    const { json } = await asked(
      [
        ["https://a.test"],
        ["https://a.test/?q=1", "POST"],
        ["https://b.test/"],
        ["https://b.test/"],
        ["https://c.test/"],
        ["https://d.test/"],
        ["https://e.test/"],
      ],
      [
        { url: "https://a.test/", json: { a: 1 } },
        { url: "https://a.test/?q=1", method: "post", status: 201, base64: "aGk=" },
        { url: "https://b.test", text: "once", times: 1 },
        { url: "https://c.test/", networkError: "the line is cut" },
        { url: "https://d.test/", status: 302, headers: { location: "https://a.test/" } },
        { url: "https://e.test/", status: 204, text: "never read" },
      ],
    );
    expect((json["results"] as { after: { properties: JsonObject } }[])[0]?.after.properties["said"]).toEqual([
      [200, '{"a":1}'],
      [201, "hi"],
      [200, "once"],
      'TypeError: fetch failed: "fetch" of this dry run has no answer to GET https://b.test/',
      "TypeError: the line is cut",
      [200, '{"a":1}'],
      [204, ""],
    ]);
    expect(globalThis.fetch).toHaveBeenCalledTimes(0);
  });

  test("are got by nobody who may not ask", async () => {
    const { json } = await asked(
      [["https://a.test/"], ["http://10.0.0.1/"]],
      [
        { url: "https://a.test/", text: "x" },
        { url: "http://10.0.0.1/", text: "x" },
      ],
      { grants: { fetch: ["b.test"] } },
    );
    const said = JSON.stringify(json["results"]);
    expect(said.match(/DeniedError/g)).toHaveLength(4);
    expect(json["fetches"]).toEqual([]);
  });

  test("do not count against what the config may send", async () => {
    await call("PATCH", `/api/plugin_configs/${configId}`, { limits: { fetchesPerMinute: 2 } });
    await dryRun({ events: [{ event: "a" }, { event: "b" }], fetch: "off" });
    await dryRun({ events: [{ event: "a" }, { event: "b" }], fetch: [] });
    expect((await dryRun({ event: { event: "hello" } })).json).toMatchObject({ fetches: [{ status: 418 }] });
  });

  test.each([
    [{ url: "https://a.test/", status: 101 }, "fetch"],
    [{ status: 200 }, "fetch"],
    ["https://a.test/", "fetch"],
  ])("%j is refused", async (mock, attr) => {
    const body = { team_id: team.id, source, fetch: [mock] };
    expect(await call("POST", "/api/dry_run", body)).toMatchObject({
      status: 400,
      json: { attr: expect.stringContaining(attr) },
    });
  });
});

describe("a report", () => {
  test("has no secret of the config in it, wherever the plugin put it", async () => {
    const { json: plugin } = await call("POST", "/api/plugins", {
      name: `leaky ${crypto.randomUUID()}`,
      source: `export async function processEvent(event, { config, storage, cache, jobs }) {
          const { key } = config;
          await storage.set(key, { of: [key] });
          await cache.set("k", key);
          await cache.lpush("l", [key]);
          posthog.capture(key, { [key]: key });
          await jobs.later({ [key]: encodeURIComponent(key) }).runNow();
          return { ...event, [key]: 1, properties: { a: { deep: [key, btoa(key)] } } };
        }
        export const jobs = { later: () => 1 };
        export const onEvent = (e, { config }) => config;
        export const composeWebhook = (e, { config: { key } }) => ({ url: "https://x.test/?k=" + key, headers: { a: key }, body: JSON.stringify({ key }) });`,
      config: [{ key: "key", type: "string", secret: true }],
    });
    const secret = 's3cret "quoted" & more';
    const { json: saved } = await call("POST", "/api/plugin_configs", {
      team_id: team.id,
      plugin_id: Number(plugin["id"]),
      config: { key: secret },
    });
    const path = `/api/plugin_configs/${String(saved["id"])}/dry_run`;
    for (const body of [{}, { function: "onEvent" }, { function: "composeWebhook" }]) {
      const { status, json } = await call("POST", path, { ...body, event: { event: `has ${secret}` } });
      expect(status).toBe(200);
      const text = JSON.stringify(json);
      expect(text).toContain("[redacted]");
      for (const form of [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), btoa(secret), "s3cret"])
        expect(text).not.toContain(form);
    }
  });

  test("has keys that a plugin chose, whatever they are", async () => {
    const hostile = `export async function processEvent(event, { storage, cache, metrics }) {
      for (const key of ["__proto__", "constructor", "toString"]) {
        await storage.set(key, { polluted: true });
        await cache.set(key, "polluted");
      }
      metrics.__proto__?.increment?.(1);
      const before = await storage.get("__proto__", null);
      event.properties = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
      event.properties.read = before.polluted && (await cache.get("__proto__"));
      return event;
    }
    export const metrics = JSON.parse('{"__proto__": "sum"}');`;
    const body = {
      team_id: team.id,
      source: hostile,
      event: JSON.parse('{"event": "x", "__proto__": {"a": 1}}') as JsonObject,
    };
    const { status, json } = await call("POST", "/api/dry_run", body);
    expect(status).toBe(200);
    const { written, results } = json as unknown as {
      written: { storage: JsonObject; cache: JsonObject };
      results: { before: JsonObject; after: { properties: JsonObject }; diff: { properties: { key: string }[] } }[];
    };
    expect(Object.keys(written.storage)).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.keys(written.cache).map((key) => key.split("/").at(-1))).toEqual([
      "__proto__",
      "constructor",
      "toString",
    ]);
    expect(Object.keys(results[0]?.after.properties ?? {})).toEqual(["__proto__", "constructor", "read"]);
    expect(results[0]?.after.properties["read"]).toBe("polluted");
    expect(Object.hasOwn(results[0]?.before ?? {}, "__proto__")).toBe(true);
    expect(results[0]?.diff.properties.map(({ key }) => key)).toEqual(["__proto__", "constructor", "read"]);
    expect(({} as JsonObject)["polluted"]).toBeUndefined();
  });
});

describe("a setup that fails", () => {
  const source = `export function setupPlugin({ config }) { if (config.apiKey !== "right-key") throw new Error("Invalid API key " + config.apiKey) }
    export const processEvent = (event) => ({ ...event, properties: { key: config(event) } }); const config = () => "set up";`;

  test("keeps a config from being saved, with the plugin's own words, and changes nothing", async () => {
    const { json: plugin } = await call("POST", "/api/plugins", {
      name: `picky ${crypto.randomUUID()}`,
      source,
      config: [{ key: "apiKey", type: "string", secret: true }],
    });
    const body = { team_id: team.id, plugin_id: Number(plugin["id"]), enabled: true, config: { apiKey: "wrong-key" } };
    const before = await traces();
    const refused = await call("POST", "/api/plugin_configs", body);
    expect(refused).toMatchObject({ status: 400, json: { code: "setup_failed", attr: "config" } });
    expect(refused.json["detail"]).toContain("Error: Invalid API key [redacted]");
    expect(await traces()).toBe(before);
    const { json: saved } = await call("POST", "/api/plugin_configs", { ...body, config: { apiKey: "right-key" } });
    const path = `/api/plugin_configs/${String(saved["id"])}`;
    expect(await call("PATCH", path, { config: { apiKey: "wrong-key" } })).toMatchObject({
      status: 400,
      json: { code: "setup_failed" },
    });
    expect(await call("POST", `${path}/retry_setup`)).toMatchObject({ json: { error: null } });
    // What is off is not tried, and what is wanted all the same is saved.
    expect((await call("PATCH", path, { enabled: false, config: { apiKey: "wrong-key" } })).status).toBe(200);
    expect(await call("PATCH", path, { enabled: true })).toMatchObject({ status: 400, json: { code: "setup_failed" } });
    expect((await call("PATCH", path, { enabled: true, skip_setup: true })).status).toBe(200);
  });

  test("leaves no file behind", async () => {
    const { json: plugin } = await call("POST", "/api/plugins", {
      name: `files ${crypto.randomUUID()}`,
      source:
        'export function setupPlugin({ attachments }) { throw new Error("bad file " + attachments.db.contents.toString()) } export const processEvent = (e) => e',
      config: [{ key: "db", type: "attachment" }],
    });
    const before = (await env.BLOBS.list({ prefix: "attachments/" })).objects.length;
    const form = new FormData();
    form.append("team_id", String(team.id));
    form.append("plugin_id", String(plugin["id"]));
    form.append("enabled", "true");
    form.append("add_attachment[db]", new File(["the bytes"], "geo.mmdb"));
    expect((await call("POST", "/api/plugin_configs", form)).json["detail"]).toContain("bad file the bytes");
    expect((await env.BLOBS.list({ prefix: "attachments/" })).objects).toHaveLength(before);
  });
});
