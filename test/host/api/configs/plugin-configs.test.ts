import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { SECRET_PLACEHOLDER } from "../../../../host/plugins/config-secrets.ts";
import { attachmentsOf } from "../../../../host/store/attachments.ts";
import { createConfig } from "../../../../host/store/plugin-configs.ts";
import { offerPlugin } from "../../../../host/store/plugins.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();
let pluginId: number;
let team: Team;

/** Writes its config and its file into every event. */
const SOURCE = `export function processEvent(event, { config, attachments }) {
  event.properties.config = config;
  event.properties.file = attachments.db ? attachments.db.contents.toString() : null;
  return event;
}`;
const FORM = [
  { key: "apiKey", type: "string", name: "API key", required: true, secret: true },
  { key: "mode", type: "choice", choices: ["fast", "slow"], default: "fast" },
  { key: "db", type: "attachment" },
];

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const { json } = await call("POST", "/api/plugins", { name: "configured", source: SOURCE, config: FORM });
  pluginId = Number(json["id"]);
});

beforeEach(async () => {
  team = await createTeam(db, 1, { name: "Configs", token: `phc_configs_${crypto.randomUUID()}`, shards: 2 }, 1);
});

async function add(body: JsonObject = {}): Promise<JsonObject> {
  const config = { apiKey: "s3cret" };
  const given = { team_id: team.id, plugin_id: pluginId, enabled: true, config, ...body };
  const { status, json } = await call("POST", "/api/plugin_configs", given);
  expect(json).not.toHaveProperty("detail");
  expect(status).toBe(201);
  return json;
}

async function patch(id: unknown, body: unknown): Promise<JsonObject> {
  const { status, json } = await call("PATCH", `/api/plugin_configs/${id}`, body);
  expect(json).not.toHaveProperty("detail");
  expect(status).toBe(200);
  return json;
}

/** What the plugin sees now, in each of the team's shards. */
async function seen(): Promise<JsonObject[]> {
  const people = Array.from({ length: 8 }, (_, index) => `person ${index}`);
  await process(
    team,
    people.map((person) => message(team.id, { distinct_id: person })),
  );
  const { json } = await call("GET", `/api/events?team_id=${team.id}&limit=8`);
  return (json["results"] as { properties: JsonObject }[]).map(({ properties }) => properties);
}

function form(fields: Record<string, string | File>): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  return made;
}

describe("a new config", () => {
  test("is answered with defaults merged and secrets masked, and runs at once in every shard", async () => {
    const json = await add({
      name: "Mine",
      order: 5,
      on_error: "hold",
      grants: { fetch: ["a.com"] },
      limits: { wallMs: 100 },
    });
    expect(json).toEqual({
      id: expect.any(Number),
      team_id: team.id,
      plugin_id: pluginId,
      plugin_version_id: expect.any(Number),
      name: "Mine",
      enabled: true,
      pinned: false,
      order: 5,
      config: { apiKey: SECRET_PLACEHOLDER, mode: "fast" },
      on_error: "hold",
      grants: { fetch: ["a.com"] },
      limits: { wallMs: 100 },
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await call("GET", `/api/plugin_configs/${json["id"]}`)).json).toEqual(json);
    expect((await call("GET", `/api/plugin_configs?team_id=${team.id}`)).json).toEqual({ results: [json], next: null });
    for (const properties of await seen()) expect(properties["config"]).toEqual({ apiKey: "s3cret", mode: "fast" });
  });

  test("is off and comes last unless told otherwise", async () => {
    await add({ order: 7 });
    const { status, json } = await call("POST", "/api/plugin_configs", {
      team_id: team.id,
      plugin_id: pluginId,
      config: { apiKey: "x" },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({ enabled: false, order: 8, on_error: "pass", grants: null, limits: null });
  });

  test("may come as PostHog's form, with its files", async () => {
    const body = form({
      team_id: String(team.id),
      plugin_id: String(pluginId),
      enabled: "true",
      order: "1",
      name: "123",
      config: JSON.stringify({ apiKey: "from a form" }),
      "add_attachment[db]": new File(["the bytes"], "geo.mmdb", { type: "application/x-maxmind" }),
    });
    const { status, json } = await call("POST", "/api/plugin_configs", body);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      name: "123",
      order: 1,
      config: {
        db: { uid: expect.any(Number), saved: true, size: 9, name: "geo.mmdb", type: "application/x-maxmind" },
      },
    });
    for (const properties of await seen())
      expect(properties).toMatchObject({ file: "the bytes", config: { apiKey: "from a form" } });
  });

  test.each<[string, JsonObject, string, RegExp]>([
    ["a required value", { config: {} }, "config__apiKey", /API key is required/],
    ["a choice that there is", { config: { apiKey: "x", mode: "medium" } }, "config__mode", /one of fast, slow/],
    ["a config that is an object", { config: [] }, "config", /must be an object/],
    ["a team", { team_id: null }, "team_id", /team_id/],
    ["a team that there is", { team_id: 999_999 }, "team_id", /no team 999999/],
    ["a plugin that there is", { plugin_id: 999_999 }, "plugin_id", /no plugin 999999/],
    ["a version of the plugin", { plugin_version_id: 999_999 }, "plugin_version_id", /no version 999999/],
    ["a policy that there is", { on_error: "explode" }, "on_error", /pass, hold, drop/],
    ["a capability that there is", { grants: { magic: true } }, "grants__magic", /is not a capability/],
    ["hosts without scheme", { grants: { fetch: ["https://a.com"] } }, "grants__fetch[0]", /without scheme/],
    ["a limit that there is", { limits: { cpu: 1 } }, "limits__cpu", /not a field/],
    ["a limit below the ceiling", { limits: { fuel: 1e15 } }, "limits__fuel", /at most/],
    ["a limit above zero", { limits: { wallMs: 0 } }, "limits__wallMs", /more than 0/],
    ["a short name", { name: "n".repeat(201) }, "name", /at most 200/],
    ["a boolean", { enabled: "yes" }, "enabled", /boolean/],
    ["known fields", { enable: true }, "enable", /not a field/],
  ])("needs %s", async (_, body, attr, detail) => {
    const given = { team_id: team.id, plugin_id: pluginId, config: { apiKey: "x" }, ...body };
    const { status, json } = await call("POST", "/api/plugin_configs", given);
    expect(status).toBe(400);
    expect(json).toMatchObject({ type: "validation_error", attr });
    expect(json["detail"]).toMatch(detail);
    expect((await call("GET", `/api/plugin_configs?team_id=${team.id}`)).json["results"]).toEqual([]);
  });

  test("is told of all fields that are wrong at once", async () => {
    const source = { name: "three fields", source: SOURCE };
    const config = [
      { key: "a", type: "string", required: true },
      { key: "b", type: "choice", choices: ["1", "2"] },
      { key: "c", type: "json" },
      { key: "d", type: "string" },
    ];
    const { json: plugin } = await call("POST", "/api/plugins", { ...source, config });
    const given = { team_id: team.id, plugin_id: plugin["id"] };
    const values = await call("POST", "/api/plugin_configs", { ...given, config: { b: "3", c: "{", d: [] } });
    expect(values.json).toMatchObject({ status: 400, attr: "config__d" });
    const wrong = values.json["errors"] as { attr: string; detail: string }[];
    expect(Object.fromEntries(wrong.map(({ attr, detail }) => [attr, detail]))).toEqual({
      config__a: "a is required.",
      config__b: "b must be one of 1, 2.",
      config__c: "c must be valid JSON.",
      config__d: "d must be text.",
    });
    for (const { detail } of wrong) expect(values.json["detail"]).toContain(detail);

    const body = await call("POST", "/api/plugin_configs", { ...given, enabled: "yes", on_error: "x", speed: 1 });
    expect(body.json["errors"]).toEqual([
      { attr: "enabled", detail: "enabled must be of type boolean." },
      { attr: "on_error", detail: "on_error must be one of pass, hold, drop." },
      { attr: "speed", detail: "speed is not a field here." },
    ]);
    const one = await call("POST", "/api/plugin_configs", { ...given, config: { b: "3", a: "x" } });
    expect(one.json).not.toHaveProperty("errors");
  });

  test("takes files only for fields of type attachment", async () => {
    const fields = { team_id: String(team.id), plugin_id: String(pluginId), config: '{"apiKey":"x"}' };
    const wrong = form({ ...fields, "add_attachment[apiKey]": new File(["x"], "x") });
    expect((await call("POST", "/api/plugin_configs", wrong)).json).toMatchObject({ attr: "add_attachment[apiKey]" });
    const both = form({ ...fields, config: '{"mode":"so so"}', "add_attachment[mode]": new File(["x"], "x") });
    expect((await call("POST", "/api/plugin_configs", both)).json["errors"]).toEqual([
      { attr: "add_attachment[mode]", detail: "mode is not a field of type attachment in this plugin's config." },
      { attr: "config__apiKey", detail: "API key is required." },
      { attr: "config__mode", detail: "mode must be one of fast, slow." },
    ]);
    const long = form({ ...fields, "add_attachment[db]": new File(["x"], "x".repeat(201)) });
    expect((await call("POST", "/api/plugin_configs", long)).json).toMatchObject({ attr: "add_attachment[db]" });
    const text = form({ ...fields, "add_attachment[db]": "no file" });
    expect((await call("POST", "/api/plugin_configs", text)).json["detail"]).toContain("must be a file");
    const broken = form({ ...fields, config: "{" });
    expect((await call("POST", "/api/plugin_configs", broken)).json).toMatchObject({
      attr: "config",
      code: "parse_error",
    });
  });
});

describe("a changed config", () => {
  test("runs at once; what is left out stays", async () => {
    const { id, updated_at: before } = await add();
    const json = await patch(id, { config: { apiKey: "other", mode: "slow" }, on_error: "drop" });
    expect(json).toMatchObject({ id, enabled: true, on_error: "drop", config: { mode: "slow" } });
    expect(Date.parse(String(json["updated_at"]))).toBeGreaterThanOrEqual(Date.parse(String(before)));
    for (const properties of await seen()) expect(properties["config"]).toEqual({ apiKey: "other", mode: "slow" });
    await patch(id, { enabled: false });
    for (const properties of await seen()) expect(properties).not.toHaveProperty("config");
  });

  test("keeps secrets that its sender does not know", async () => {
    const { id, config } = await add();
    for (const shown of [config, { mode: "fast" }, { apiKey: null }]) {
      await patch(id, { config: shown });
      for (const properties of await seen()) expect(properties["config"]).toEqual({ apiKey: "s3cret", mode: "fast" });
    }
    const cleared = await call("PATCH", `/api/plugin_configs/${id}`, { config: { apiKey: "" } });
    expect(cleared.json).toMatchObject({ attr: "config__apiKey" });
  });

  test("takes, replaces and removes files", async () => {
    const { id } = await add();
    const blobs = async (): Promise<number> => (await env.BLOBS.list({ prefix: "attachments/" })).objects.length;
    const before = await blobs();
    const first = await patch(id, form({ "add_attachment[db]": new File(["one"], "one.bin") }));
    expect(first["config"]).toMatchObject({ db: { name: "one.bin", type: "application/octet-stream" } });
    expect((await seen()).map(({ file }) => file)).toEqual(Array(8).fill("one"));

    await patch(id, { config: first["config"] });
    const second = await patch(id, form({ "add_attachment[db]": new File(["second"], "two.bin") }));
    expect(second["config"]).toMatchObject({ apiKey: SECRET_PLACEHOLDER, db: { name: "two.bin", size: 6 } });
    expect((await seen()).map(({ file }) => file)).toEqual(Array(8).fill("second"));
    expect(await blobs()).toBe(before + 1);

    const third = await patch(id, form({ "remove_attachment[db]": "1" }));
    expect(third["config"]).not.toHaveProperty("db");
    expect((await seen()).map(({ file }) => file)).toEqual(Array(8).fill(null));
    expect(await blobs()).toBe(before);
  });

  test("can be switched off although it fits its form no more", async () => {
    const row = { pluginId, config: {}, enabled: true };
    const broken = await createConfig(db, team.id, row, 1);
    expect(await patch(broken?.id, { enabled: false })).toMatchObject({ enabled: false });
    const { json } = await call("PATCH", `/api/plugin_configs/${broken?.id}`, { enabled: true });
    expect(json).toMatchObject({ attr: "config__apiKey" });
  });

  test("is deleted with its files, at once", async () => {
    const { id } = await add();
    await patch(id, form({ "add_attachment[db]": new File(["x"], "x") }));
    const [file] = await attachmentsOf(db, team.id, Number(id));
    expect(await env.BLOBS.head(String(file?.r2Key))).not.toBeNull();
    expect((await call("DELETE", `/api/plugin_configs/${id}`)).status).toBe(204);
    for (const properties of await seen()) expect(properties).not.toHaveProperty("config");
    expect(await env.BLOBS.head(String(file?.r2Key))).toBeNull();
    for (const method of ["GET", "DELETE"]) expect((await call(method, `/api/plugin_configs/${id}`)).status).toBe(404);
    expect((await call("PATCH", `/api/plugin_configs/${id}`, {})).status).toBe(404);
  });
});

test("configs of other organizations do not exist", async () => {
  const other = await newTeam(db);
  const { json } = await call("POST", "/api/plugins", { name: "configured", source: SOURCE, config: FORM });
  expect(json["id"]).toBe(pluginId);
  await offerPlugin(db, { id: pluginId }, true, 1);
  const theirs = await createConfig(db, other.id, { pluginId, config: {} }, 1);
  expect(theirs).not.toBeNull();
  const token = await tokenOf({ organizationId: 1 });
  for (const [method, body] of [["GET"], ["DELETE"], ["PATCH", { enabled: true }]] as const)
    expect((await call(method, `/api/plugin_configs/${theirs?.id}`, body, { token })).status).toBe(404);
  expect((await call("GET", `/api/plugin_configs?team_id=${other.id}`, undefined, { token })).status).toBe(404);
  await offerPlugin(db, { id: pluginId }, false, 1);
});

describe("setup that has failed", () => {
  test("is tried again by hand, and what is wrong with it is told", async () => {
    const source = `export function setupPlugin({ config }) { throw new Error("no key"); }\n${SOURCE}`;
    const { json } = await call("POST", "/api/plugins", { name: "broken", source });
    const { id } = await add({ plugin_id: json["id"] ?? 0, config: {}, skip_setup: true });
    expect(await seen()).not.toMatchObject([{ file: null }]);
    const { status, json: answer } = await call("POST", `/api/plugin_configs/${id}/retry_setup`);
    expect([status, answer]).toEqual([200, { error: "Error: no key" }]);
  });

  test("is none of a config that is fine, disabled, or not there", async () => {
    const { id } = await add();
    expect(await call("POST", `/api/plugin_configs/${id}/retry_setup`)).toMatchObject({ json: { error: null } });
    await patch(id, { enabled: false });
    expect(await call("POST", `/api/plugin_configs/${id}/retry_setup`)).toMatchObject({ status: 400 });
    expect(await call("POST", "/api/plugin_configs/999999/retry_setup")).toMatchObject({ status: 404 });
  });
});
