import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();

let team: Team;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
});

beforeEach(async () => {
  team = await createTeam(db, 1, { name: "Preview", token: `phc_preview_${crypto.randomUUID()}`, shards: 2 }, 1);
});

afterEach(() => {
  vi.restoreAllMocks();
});

interface Upgrade {
  plugin: number;
  from: number;
  to: number;
  config: number;
}

/** A plugin with two versions, and a config of the team's at the first, which may or may not run. */
async function upgrade(
  one: string,
  two: string,
  {
    enabled = false,
    values = {},
    forms = [[], []],
    ...config
  }: { enabled?: boolean; values?: JsonObject; forms?: [JsonObject[], JsonObject[]]; limits?: JsonObject } = {},
): Promise<Upgrade> {
  const name = `previewed ${crypto.randomUUID()}`;
  const install = async (source: string, fields: JsonObject[], more: JsonObject = {}) => {
    const { json } = await call("POST", "/api/plugins", { name, source, config: fields, ...more });
    return { plugin: Number(json["id"]), version: Number((json["latest_version"] as JsonObject)["id"]) };
  };
  const first = await install(one, forms[0]);
  const { json } = await call("POST", "/api/plugin_configs", {
    team_id: team.id,
    plugin_id: first.plugin,
    plugin_version_id: first.version,
    enabled,
    config: values,
    ...config,
  });
  const id = Number(json["id"]);
  await call("PATCH", `/api/plugin_configs/${id}`, { pinned: true });
  const second = await install(two, forms[1], { plugin_id: first.plugin });
  return { plugin: first.plugin, from: first.version, to: second.version, config: id };
}

const preview = (id: number, body: JsonObject = {}, options: { token?: string } = {}) =>
  call("POST", `/api/plugin_configs/${id}/preview_upgrade`, body, options);

const send = (...events: JsonObject[]) =>
  process(
    team,
    events.map((event) => message(team.id, event)),
  );

interface Run {
  events: JsonObject;
  outputs: JsonObject[];
  outcomes: JsonObject[];
  asks: JsonObject[];
  fuel: { from: { p50: number; p95: number }; to: { p50: number; p95: number }; ratio: { p50: number; p95: number } };
}

const runOf = (json: JsonObject): Run => json["dry_run"] as unknown as Run;

describe("a preview", () => {
  test("tells what differs in output, outcome, what is asked for, and fuel", async () => {
    const { config, from, to } = await upgrade(
      `export function processEvent(event) {
        event.properties = { ...event.properties, plan: "free", tags: ["a", "b"] };
        return event;
      }`,
      `export async function processEvent(event, { storage, jobs }) {
        if (event.event === "drop") return null;
        if (event.event === "throw") throw new Error("new in this version");
        for (let i = 0; i < 2000; i++);
        posthog.capture("seen", { by: "two" });
        await fetch("https://api.test/seen").catch((error) => console.log(error.message));
        event.properties = { ...event.properties, plan: "paid", tags: ["a", "B"], "a.b": 1 };
        return event;
      }`,
    );
    await send({ event: "keep" }, { event: "keep" }, { event: "drop" }, { event: "throw" });
    const { status, json } = await preview(config);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      from: { id: from },
      to: { id: to },
      changes: { files: { changed: ["index.ts"] }, hosts: { added: ["api.test"] } },
      config: { fits: true, errors: [], enter_again: [] },
    });
    const run = runOf(json);
    expect(run).toMatchObject({
      setup: { from: null, to: null },
      events: { recent: 4, run: 4, same: 0, stopped_by: null },
      left_out: 0,
    });
    expect(run.outcomes).toMatchObject([
      { function: "processEvent", from: "ok", to: "dropped", count: 1, example: { event: "drop" } },
      {
        function: "processEvent",
        from: "ok",
        to: "threw",
        count: 1,
        example: { event: "throw", to: { message: "Error: new in this version" } },
      },
    ]);
    expect(run.outputs.map(({ path, kind, count }) => [path, kind, count])).toEqual([
      ["properties.plan", "changed", 2],
      ["properties.tags[]", "changed", 2],
      ['properties["a.b"]', "added", 2],
      ["properties.plan", "removed", 1],
      ["properties.tags", "removed", 1],
    ]);
    expect(run.outputs[0]).toMatchObject({ example: { event: "keep", from: '"free"', to: '"paid"' } });
    expect(run.asks).toMatchObject([
      { kind: "fetch", name: "GET api.test", from: 0, to: 2, example: { by: "to", detail: "https://api.test/seen" } },
      {
        kind: "capture",
        name: "seen",
        from: 0,
        to: 2,
        example: { event: { event: "keep" }, detail: expect.stringContaining('"by":"two"') as string },
      },
    ]);
    expect(run.fuel.to.p50).toBeGreaterThan(run.fuel.from.p50);
    expect(run.fuel.ratio.p50).toBe(Math.round((100 * run.fuel.to.p50) / run.fuel.from.p50) / 100);
  });

  test("of a version that makes the same says so: clock, random numbers and state are the same for both", async () => {
    const source = (comment: string) => `// ${comment}
      export const setupPlugin = ({ global }) => { global.at = [Date.now(), Math.random()] };
      export async function processEvent(event, { storage, cache, global }) {
        const n = await storage.get("n", 0);
        await storage.set("n", n + 1);
        await cache.set("last", event.event);
        const before = await cache.incr("count");
        event.properties = { n, before, at: Date.now(), random: Math.random(), id: crypto.randomUUID(), setup: global.at };
        return event;
      }`;
    const { config } = await upgrade(source("one"), source("two"), { enabled: true });
    await send({ event: "a" }, { event: "b" }, { event: "c" });
    const { json } = await preview(config);
    expect(runOf(json)).toMatchObject({
      events: { recent: 3, run: 3, same: 3, stopped_by: null },
      outputs: [],
      outcomes: [],
      asks: [],
      fuel: { ratio: { p50: 1, p95: 1 } },
    });
    // And it left nothing: the next real event goes on from where the last one was.
    await send({ event: "d" });
    const { json: events } = await call("GET", `/api/events?team_id=${team.id}`);
    const counts = (events["results"] as { properties: JsonObject }[]).map(({ properties }) => properties["n"]);
    expect(counts.sort()).toEqual([0, 1, 2, 3]);
  });

  test("runs what is called after the plugins, too", async () => {
    const { config } = await upgrade(
      `export const onEvent = (e) => { if (e.event === "x") throw new Error("one") };
       export const composeWebhook = (e) => ({ url: "https://hook.test/a", body: e.event });`,
      `export const onEvent = () => 1;
       export const composeWebhook = (e) => ({ url: "https://hook.test/b", body: e.event });
       export const exportEvents = async (all) => { await fetch("https://sink.test/", { method: "POST", body: all[0].event }) };`,
    );
    await send({ event: "x" }, { event: "y" });
    const run = runOf((await preview(config)).json);
    expect(run.outcomes).toMatchObject([
      { function: "exportEvents", from: null, to: "threw", count: 2 },
      { function: "onEvent", from: "threw", to: "ok", count: 1, example: { from: { message: "Error: one" }, to: {} } },
    ]);
    expect(run.asks).toMatchObject([
      { kind: "webhook", name: "POST hook.test", from: 2, to: 2 },
      { kind: "fetch", name: "POST sink.test", from: 0, to: 2 },
    ]);
  });

  test("needs a token that may write, and names versions of the plugin alone", async () => {
    const { config } = await upgrade(
      "export const processEvent = (e) => e",
      "export const processEvent = (e) => ({ ...e })",
    );
    const token = await tokenOf({ teamId: team.id }, ["read"]);
    expect((await preview(config, {}, { token })).status).toBe(403);
    const { json } = await call("POST", "/api/plugins", {
      name: `other ${crypto.randomUUID()}`,
      source: "export const onEvent = (e) => 1",
    });
    const other = Number((json["latest_version"] as JsonObject)["id"]);
    expect(await preview(config, { plugin_version_id: other })).toMatchObject({
      status: 400,
      json: { attr: "plugin_version_id", code: "does_not_exist" },
    });
  });

  test("stores nothing, and sends nothing", async () => {
    const fetch = vi.spyOn(globalThis, "fetch");
    const { config } = await upgrade(
      "export const processEvent = (e) => e",
      `export async function processEvent(e, { storage, jobs }) {
         await storage.set("a", 1); await jobs.later({}).runNow(); posthog.capture("b", {}); console.log("c");
         await fetch("https://api.test/").catch(() => 0); throw new Error("d");
       }
       export const jobs = { later: () => 1 };`,
    );
    await send({ event: "a" });
    const traces = async (): Promise<string> =>
      JSON.stringify(
        await Promise.all(
          ["events", "outcomes", "logs", "recent-events", "dead-letters"].map(
            async (list) => (await call("GET", `/api/${list}?team_id=${team.id}`)).json,
          ),
        ),
      );
    const before = await traces();
    expect(runOf((await preview(config)).json).events).toMatchObject({ run: 1, same: 0 });
    expect(await traces()).toBe(before);
    expect(fetch).toHaveBeenCalledTimes(0);
    const { results } = await env.REGISTRY.prepare("select plugin_version_id from plugin_config where id = ?")
      .bind(config)
      .all();
    expect(results).toHaveLength(1);
  });
});

test("of a version that is stopped shows what another one makes of the events", async () => {
  const { config, from } = await upgrade(
    "export const processEvent = (e) => e",
    "export const processEvent = (e) => ({ ...e, n: 1 })",
  );
  await send({ event: "a" });
  const { json: kill } = await call("POST", "/api/kill_switches", {
    kind: "version",
    target_id: from,
    reason: "leaks",
  });
  expect(runOf((await preview(config)).json)).toMatchObject({
    outcomes: [
      { function: "setupPlugin", from: "denied", to: null, count: 1 },
      { function: "processEvent", from: null, to: "ok", count: 1 },
    ],
    outputs: [{ path: "n", kind: "added", count: 1 }],
  });
  await call("DELETE", `/api/kill_switches/${String(kill["id"])}`);
});

describe("values", () => {
  const source = (n: number) => `export const processEvent = (e, { config }) => ({ ...e, n: ${n}, key: config.key })`;
  const key = { key: "key", type: "string", secret: true };
  const region = { key: "region", type: "string", required: true };

  test("that do not fit keep the events from being run, until fitting ones are given", async () => {
    const { config } = await upgrade(source(1), source(2), {
      values: { key: "k3y-of-the-test" },
      forms: [[key], [key, region]],
    });
    await send({ event: "a" });
    expect((await preview(config)).json).toMatchObject({
      changes: { config: { added: ["region"], newly_required: ["region"] } },
      config: { fits: false, errors: [{ key: "region", message: "region is required" }] },
      dry_run: null,
    });
    expect((await preview(config, { config: { region: "eu" } })).json).toMatchObject({
      config: { fits: true, errors: [] },
      dry_run: { events: { run: 1 }, outputs: [{ path: "n", kind: "changed", example: { from: "1", to: "2" } }] },
    });
  });

  test("that are secret do not go along where they would be shown, and are in no report", async () => {
    const shown = { key: "key", type: "string" };
    const { config } = await upgrade(
      source(1),
      `export const processEvent = (e, { config }) => ({ ...e, n: 2, copied: config.key })`,
      {
        values: { key: "k3y-of-the-test" },
        forms: [[key], [key]],
      },
    );
    await send({ event: "a" });
    const { json } = await preview(config);
    expect(JSON.stringify(json)).not.toContain("k3y-of-the-test");
    expect(runOf(json).outputs).toContainEqual(
      expect.objectContaining({ path: "copied", example: expect.objectContaining({ to: '"[redacted]"' }) }),
    );
    const careless = await upgrade(source(1), source(2), {
      values: { key: "k3y-of-the-test" },
      forms: [[key], [shown]],
    });
    expect((await preview(careless.config)).json).toMatchObject({
      config: { fits: false, enter_again: ["key"] },
      dry_run: null,
    });
  });

  test("on which the new version's setup fails are told", async () => {
    const { config } = await upgrade(
      source(1),
      `export const setupPlugin = () => { throw new Error("no more") }; ${source(2)}`,
    );
    await send({ event: "a" });
    expect(runOf((await preview(config)).json)).toMatchObject({
      setup: { from: null, to: { kind: "threw", message: "Error: no more" } },
      events: { recent: 1, run: 0 },
      fuel: { from: null, to: null, ratio: null },
    });
  });
});

describe("requests", () => {
  const asks = (version: string, more = "") => `
    export async function processEvent(event) {
      const said = async (url, init) => { try { return (await (await fetch(url, init)).text()) } catch (error) { return error.message } };
      event.properties = { a: await said("https://api.test/" + event.event), b: await said("https://api.test/form", { method: "POST", body: event.event }) ${more} };
      return event;
    } // ${version}`;

  test("fail in both, unless they are wanted", async () => {
    const { config } = await upgrade(asks("one"), asks("two"));
    await send({ event: "x" });
    expect(runOf((await preview(config)).json)).toMatchObject({ events: { run: 1, same: 1 } });
    const { json } = await call("POST", `/api/plugin_configs/${config}/dry_run`, { recent: 1, fetch: "off" });
    expect(JSON.stringify(json)).toContain('this dry run has no network; with \\"fetch\\": \\"live\\" it has');
  });

  test("that are live are sent once: the second version gets the answers of the first where it asks the same", async () => {
    let sent = 0;
    const fetch = vi.spyOn(globalThis, "fetch").mockImplementation(async () => {
      sent++;
      if (sent === 2) throw new Error("the line is cut");
      return new Response(`answer ${sent}`, { headers: { "x-n": String(sent) } });
    });
    const { config } = await upgrade(asks("one"), asks("two", ', c: await said("https://other.test/")'));
    await send({ event: "x" }, { event: "y" });
    const run = runOf((await preview(config, { fetch: "live" })).json);
    expect(run.outputs).toMatchObject([
      { path: "properties.c", kind: "added", count: 2, example: { to: '"answer 3"' } },
    ]);
    expect(run.asks).toMatchObject([{ kind: "fetch", name: "GET other.test", from: 0, to: 2 }]);
    expect(fetch.mock.calls.map(([url]) => String(url))).toEqual([
      "https://api.test/x",
      "https://api.test/form",
      "https://other.test/",
      "https://api.test/y",
      "https://api.test/form",
      "https://other.test/",
    ]);
  });

  test("can be answered from a list, the same for both", async () => {
    const { config } = await upgrade(asks("one"), asks("two", ', c: await said("https://other.test/")'));
    await send({ event: "x" });
    const run = runOf(
      (
        await preview(config, {
          fetch: [
            { url: "https://api.test/x", text: "hi", times: 1 },
            { url: "https://other.test/", text: "ho" },
          ],
        })
      ).json,
    );
    expect(run.outputs).toMatchObject([{ path: "properties.c", example: { to: '"ho"' } }]);
  });
});

/** Has previews end after so many milliseconds instead of 30 seconds, whatever else the machine does. */
function endAfter(limit: number): void {
  const later = setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms?: number) =>
    later(run, ms === 30_000 ? limit : ms)) as typeof setTimeout);
}

const MUCH_LATER = 3_600_000;

describe("what is bounded", () => {
  test("fuel: the rest of the events is not run, and that is told", async () => {
    endAfter(MUCH_LATER);
    const { config } = await upgrade(
      "export const processEvent = (e) => e",
      "export const processEvent = () => { for (;;); }",
    );
    await send(...Array.from({ length: 12 }, (_, n) => ({ event: `e${n}` })));
    const run = runOf((await preview(config)).json);
    expect(run.events).toMatchObject({ recent: 12, stopped_by: "fuel" });
    expect(Number(run.events["run"])).toBeGreaterThan(0);
    expect(Number(run.events["run"])).toBeLessThan(12);
    expect(run.outcomes).toMatchObject([{ from: "ok", to: "fuel", count: run.events["run"] }]);
  });

  test("time: a call that waits is ended, and tells nothing", async () => {
    vi.spyOn(globalThis, "fetch").mockImplementation(() => new Promise(() => undefined));
    endAfter(100);
    const { config } = await upgrade(
      "export const processEvent = (e) => e",
      `export async function processEvent(e) { if (e.event === "second") await fetch("https://deaf.test/"); return e }`,
      { limits: { wallMs: 25_000 } },
    );
    await send({ event: "first" });
    await send({ event: "second" });
    await send({ event: "third" });
    const run = runOf((await preview(config, { fetch: "live" })).json);
    expect(run).toMatchObject({ events: { recent: 3, run: 1, same: 1, stopped_by: "time" }, outcomes: [] });
  });

  test("differences: kinds that a plugin makes up are counted, and not told one by one", async () => {
    const { config } = await upgrade(
      "export const processEvent = (e) => e",
      `export const processEvent = (e) => { for (let i = 0; i < 500; i++) { e.properties["k" + i + e.uuid] = "x".repeat(2000); posthog.capture("c" + i, {}) } return e }`,
    );
    await send({ event: "a" }, { event: "b" });
    const { json } = await preview(config);
    const run = runOf(json);
    // Too much to be compared place by place.
    expect(run.outputs).toMatchObject([{ path: "", kind: "changed", count: 2 }]);
    expect(run.asks).toHaveLength(100);
    expect(json).toMatchObject({ dry_run: { left_out: 800 } });
    expect(JSON.stringify(json).length).toBeLessThan(100_000);
  });

  test("keys and names that a plugin chose are only that", async () => {
    const { config } = await upgrade(
      "export const processEvent = (e) => e",
      `export const processEvent = (e) => {
         posthog.capture("__proto__", {});
         e.properties = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1}');
         return e;
       }`,
    );
    await send({ event: "__proto__" });
    const run = runOf((await preview(config)).json);
    expect(run.outputs.map(({ path }) => path).sort()).toEqual(["properties.__proto__", "properties.constructor"]);
    expect(run.asks).toMatchObject([{ kind: "capture", name: "__proto__", to: 1 }]);
    expect(({} as JsonObject)["polluted"]).toBeUndefined();
  });

  test("turns: events that come meanwhile are processed before the preview has ended", async () => {
    endAfter(MUCH_LATER);
    const heavy = (n: number) =>
      `export const processEvent = (e) => { for (let i = 0; i < 1_000_000; i++); e.properties.n = ${n}; return e }`;
    const { config } = await upgrade(heavy(1), heavy(2));
    await send(...Array.from({ length: 30 }, (_, n) => ({ event: `e${n}` })));
    let ended = false;
    const previewed = preview(config).then((answer) => {
      ended = true;
      return answer;
    });
    const during: boolean[] = [];
    for (let n = 0; n < 3; n++) {
      await send({ event: "live" });
      during.push(ended);
    }
    expect(during[0]).toBe(false);
    expect(runOf((await previewed).json).events).toMatchObject({ stopped_by: null, run: expect.any(Number) as number });
  });
});
