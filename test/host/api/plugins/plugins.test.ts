import { gzipSync } from "node:zlib";

import { zipSync } from "fflate";
import { packTar } from "modern-tar";
import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { SECRET_PLACEHOLDER } from "../../../../host/plugins/config-secrets.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { plugin } from "../../../../host/store/schema.ts";
import { createOrganization } from "../../../../host/store/teams.ts";
import { eq } from "drizzle-orm";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();

beforeAll(async () => {
  await call("GET", "/api/teams/1");
});

const encoder = new TextEncoder();
const strToFiles = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)]));

let names = 0;

/** Other tests upload into the same organization, where a plugin of the same name is its next version. */
const suite = crypto.randomUUID();
const newName = (): string => `upload ${++names} ${suite}`;

function setter(value: string): string {
  return `export function processEvent(event) { event.properties.set = ${JSON.stringify(value)}; return event }`;
}

async function upload(body: unknown): Promise<JsonObject> {
  const { status, json } = await call("POST", "/api/plugins", body);
  expect(json).not.toHaveProperty("detail");
  expect(status).toBe(201);
  return json;
}

async function teamWith(pluginId: unknown, config: JsonObject = {}): Promise<Team & { configId: unknown }> {
  const team = await createTeam(db, 1, { name: "Plugins", token: `phc_plugins_${crypto.randomUUID()}` }, 1);
  const body = { team_id: team.id, plugin_id: pluginId, enabled: true, config };
  const { status, json } = await call("POST", "/api/plugin_configs", body);
  expect(status).toBe(201);
  return { ...team, configId: json["id"] };
}

/** What the team's plugins now write into `properties.set`. */
async function valueSet(team: Team): Promise<unknown> {
  await process(team, [message(team.id)]);
  const { json } = await call("GET", `/api/events?team_id=${team.id}&limit=1`);
  const [event] = json["results"] as { properties: JsonObject }[];
  return event?.properties["set"];
}

describe("an upload", () => {
  test("of source is a plugin with the functions found in it", async () => {
    const name = newName();
    const source = `export const processEvent = (e) => e; export const runEveryHour = () => {}; export const jobs = { mail() {} }`;
    const config = [{ key: "apiKey", type: "string", secret: true }];
    const { id: organizationId } = await createOrganization(db, "Uploads", 1);
    const json = await upload({
      organization_id: organizationId,
      name,
      source,
      description: "Does things",
      config,
      capabilities: { cache: true },
    });
    expect(json).toMatchObject({
      id: expect.any(Number),
      name,
      description: "Does things",
      plugin_type: "source",
      latest_version: { id: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/), tag: null },
      capabilities: { methods: ["processEvent"], scheduled_tasks: ["runEveryHour"], jobs: ["mail"] },
      declared_capabilities: { cache: true },
      used_capabilities: { jobs: { file: "index.ts", line: 1 } },
      config_schema: [{ key: "apiKey", type: "string", secret: true }],
      warnings: [],
    });
    const { json: read } = await call("GET", `/api/plugins/${json["id"]}`);
    expect(read).toEqual(json);
    const { json: list } = await call("GET", "/api/plugins", undefined, { token: await tokenOf({ organizationId }) });
    expect(list["results"]).toContainEqual(json);
  });

  test("shows what its code names, and reaches of that what a config grants", async () => {
    const source = `export async function processEvent(event, { cache, config }) {
  const reached = {};
  for (const [name, use] of [["cache", () => cache.set("a", 1)], ["fetch", () => fetch("https://" + config.host)]])
    try { await use(); reached[name] = true } catch (error) { reached[name] = error.message }
  event.properties.set = reached;
  return event;
}`;
    const json = await upload({ name: newName(), source });
    expect(json["used_capabilities"]).toEqual({
      cache: { file: "index.ts", line: 1 },
      fetch: { file: "index.ts", line: 3, hosts: [], unknown_hosts: { file: "index.ts", line: 3 } },
    });
    const team = await teamWith(json["id"], { host: "other.example.com" });
    const grants = { cache: true, fetch: ["api.example.com"] };
    expect((await call("PATCH", `/api/plugin_configs/${String(team.configId)}`, { grants })).status).toBe(200);
    expect(await valueSet(team)).toEqual({ cache: true, fetch: expect.stringContaining("other.example.com") });
    await call("PATCH", `/api/plugin_configs/${String(team.configId)}`, { grants: {} });
    expect(await valueSet(team)).toEqual({
      cache: expect.stringContaining("not granted"),
      fetch: expect.stringContaining("not granted"),
    });
  });

  test("of files, as JSON, takes its name from plugin.json", async () => {
    const name = newName();
    const files = {
      "plugin.json": JSON.stringify({ name, main: "src/main.ts", surprise: 1 }),
      "src/main.ts": `import { value } from "./value"; export function processEvent(e) { e.properties.set = value; return e }`,
      "src/value.ts": `export const value: string = "from a file"`,
    };
    const json = await upload({ files, tag: "v1.0.0" });
    expect(json).toMatchObject({ name, plugin_type: "custom", latest_version: { tag: "v1.0.0" } });
    expect(json["warnings"]).toMatchObject([expect.stringContaining("surprise")]);
    expect(await valueSet(await teamWith(json["id"]))).toBe("from a file");
  });

  test("of files, as a form, keeps their paths", async () => {
    const form = new FormData();
    form.append("file", new File([JSON.stringify({ name: newName(), main: "a/b.js" })], "plugin.json"));
    form.append("file", new File([`exports.processEvent = require("./c.js")`], "a/b.js"));
    form.append("file", new File([`module.exports = (e) => e`], "a/c.js"));
    form.append("tag", "v2");
    expect(await upload(form)).toMatchObject({
      latest_version: { tag: "v2" },
      capabilities: { methods: ["processEvent"] },
    });
  });

  test("of a plugin of the same name is its next version, live in every config", async () => {
    const name = newName();
    const first = await upload({ name, source: setter("one") });
    const team = await teamWith(first["id"]);
    expect(await valueSet(team)).toBe("one");

    const files = { "plugin.json": JSON.stringify({ name }), "index.js": setter("two") };
    const second = await upload({ files });
    expect(second["id"]).toBe(first["id"]);
    expect(second["latest_version"]).not.toEqual(first["latest_version"]);
    expect(await valueSet(team)).toBe("two");
  });

  test("moves no config when told so", async () => {
    const first = await upload({ name: newName(), source: setter("one") });
    const team = await teamWith(first["id"]);
    const second = await upload({ plugin_id: first["id"], source: setter("two"), update_configs: false });
    expect(second["id"]).toBe(first["id"]);
    expect(await valueSet(team)).toBe("one");
    const versionId = (second["latest_version"] as JsonObject)["id"];
    await call("PATCH", `/api/plugin_configs/${team.configId}`, { plugin_version_id: versionId });
    expect(await valueSet(team)).toBe("two");
  });

  test("does not take a secret along to where it would be shown or sent elsewhere", async () => {
    const name = newName();
    const form = (host: string) => [
      { key: "a", type: "string", inject: { host, header: "Authorization", format: "Bearer {}" } },
    ];
    const { id } = await upload({ name, source: setter("one"), config: form("api.x.com") });
    const team = await teamWith(id, { a: "s3cret-value" });
    const at = `/api/plugin_configs/${team.configId}`;
    for (const config of [
      form("evil.com"),
      [{ key: "a", type: "string", secret: true }],
      [{ key: "a", type: "string" }],
    ]) {
      const { warnings, latest_version } = await upload({ name, source: setter(JSON.stringify(config)), config });
      expect(warnings).toContainEqual(
        expect.stringMatching(`config ${team.configId} .*stays at its version.*treats a in`),
      );
      expect(await valueSet(team)).toBe("one");
      const plugin_version_id = (latest_version as JsonObject)["id"];
      for (const entered of [undefined, {}, { a: null }, { a: SECRET_PLACEHOLDER }]) {
        const { status, json } = await call("PATCH", at, { plugin_version_id, ...(entered && { config: entered }) });
        expect([status, json["attr"]]).toEqual([400, "config__a"]);
        expect(json["detail"]).toContain("a must be entered again");
        expect(json).not.toHaveProperty("errors");
      }
    }
    // Whatever else is wrong is said with it.
    const more = [...form("evil.com"), { key: "b", type: "string", required: true }];
    const { latest_version } = await upload({ name, source: setter("more"), config: more, update_configs: false });
    const wanted = { plugin_version_id: (latest_version as JsonObject)["id"], config: {} };
    expect((await call("PATCH", at, wanted)).json["errors"]).toEqual([
      { attr: "config__a", detail: expect.stringContaining("a must be entered again") },
      { attr: "config__b", detail: "b is required." },
    ]);
    // The same rule in a later version takes it along; whoever enters it anew may move on to any other.
    const same = await upload({ name, source: setter("same"), config: form("api.x.com") });
    expect(same["warnings"]).toEqual([]);
    expect(await valueSet(team)).toBe("same");
    const last = await upload({ name, source: setter("last"), config: form("y.com"), update_configs: false });
    const plugin_version_id = (last["latest_version"] as JsonObject)["id"];
    expect((await call("PATCH", at, { plugin_version_id, config: { a: "another-value" } })).status).toBe(200);
    expect(await valueSet(team)).toBe("last");
  });

  test("leaves a config alone that the new form does not accept, and gives others its defaults", async () => {
    const name = newName();
    const { id } = await upload({ name, source: setter("one"), config: [{ key: "a", type: "string" }] });
    const [fits, lacks] = [await teamWith(id, { a: "x" }), await teamWith(id)];
    const { warnings } = await upload({
      name,
      source: setter("two"),
      config: [
        { key: "a", type: "string", required: true },
        { key: "b", type: "string", default: "new" },
      ],
    });
    expect(warnings).toEqual([expect.stringMatching(`config ${lacks.configId} of team ${lacks.id}.*a is required`)]);
    expect([await valueSet(fits), await valueSet(lacks)]).toEqual(["two", "one"]);
    const { json } = await call("GET", `/api/plugin_configs/${fits.configId}`);
    expect(json["config"]).toEqual({ a: "x", b: "new" });
  });

  test("with a syntax error is refused with line, column and code frame", async () => {
    const { status, json } = await call("POST", "/api/plugins", {
      name: newName(),
      source: "const a = 1\nconst b = = 2\n",
    });
    expect(status).toBe(400);
    expect(json).toMatchObject({ type: "validation_error", code: "invalid_plugin", attr: "source" });
    expect(json["detail"]).toMatch(/index\.ts.*\(2:11\)/);
    expect(json["detail"]).toContain("> 2 | const b = = 2");
  });

  test.each<[string, unknown, string, RegExp]>([
    ["a script that throws", { name: "x", source: "throw new Error('no luck')" }, "source", /no luck/],
    ["a script without end", { name: "x", source: "for(;;);" }, "source", /fuel/],
    ["no function", { name: "x", source: "export const a = 1" }, "source", /export at least one of/],
    ["a missing main", { files: { "plugin.json": '{"name":"x","main":"dist.js"}' } }, "files", /no such file/],
    ["a path that leads out", { files: { "../a.js": "1", "plugin.json": '{"name":"x"}' } }, "files", /contains \.\./],
    ["a broken plugin.json", { files: { "plugin.json": "{", "index.js": "1" } }, "files", /not valid JSON/],
    ["an unknown capability", { name: "x", source: "1", capabilities: { magic: true } }, "source", /magic/],
    ["no name", { source: setter("x") }, "name", /name is required/],
    ["an empty name", { name: " ", source: setter("x") }, "name", /name is required/],
    ["no source", { name: "x" }, "source", /source is required/],
    ["source that is no text", { name: "x", source: 1 }, "source", /source must be of type string/],
    ["a file that is no text", { files: { "index.js": 1 } }, "files__index.js", /must be of type string/],
    ["an unknown field", { name: "x", source: "1", sauce: 1 }, "sauce", /sauce is not a field/],
    ["an unknown plugin", { plugin_id: 999_999, source: "1" }, "plugin_id", /no plugin 999999/],
    ["a list", [], "", /The body/],
    ["nothing", null, "", /The body/],
    ["no JSON", "{", "", /not valid JSON/],
  ])("with %s is refused", async (_, body, attr, detail) => {
    const { status, json } = await call("POST", "/api/plugins", body);
    expect(status).toBe(400);
    expect(json["type"]).toBe("validation_error");
    expect(json["attr"]).toBe(attr === "" ? null : attr);
    expect(json["detail"]).toMatch(detail);
  });

  test("that is nested very deeply is refused", async () => {
    const config = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const { status, json } = await call("POST", "/api/plugins", `{"name":"x","source":"1","config":${config}}`);
    expect(status).toBe(400);
    expect(json["detail"]).toContain("levels");
  });

  test("that is too large is refused", async () => {
    const { status, json } = await call(
      "POST",
      "/api/plugins",
      JSON.stringify({ source: "x".repeat(21 * 1024 * 1024) }),
    );
    expect(status).toBe(413);
    expect(json["code"]).toBe("request_too_large");
  });

  test("of another media type is refused", async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const { status, json } = await call("POST", "/api/plugins", "a=b", { headers });
    expect(status).toBe(415);
    expect(json["detail"]).toContain("application/json");
  });

  test.each([
    ["zip", (files: Record<string, string>) => zipSync(strToFiles(files))],
    [
      "tgz",
      async (files: Record<string, string>) => {
        const entries = Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length }, body }));
        return gzipSync(await packTar(entries));
      },
    ],
  ])("of a .%s is a plugin like its files", async (kind, pack) => {
    const name = newName();
    const files = {
      "repo-1/plugin.json": JSON.stringify({ name }),
      "repo-1/index.js": setter(kind),
      "repo-1/README": "",
    };
    const form = new FormData();
    form.append("archive", new File([await pack(files)], "whatever it is called"));
    const { id } = await upload(form);
    expect(await valueSet(await teamWith(id))).toBe(kind);
  });

  test("of a broken archive, of two, or of one beside files, is refused", async () => {
    const refusal = async (...parts: [string, string][]) => {
      const form = new FormData();
      for (const [part, name] of parts) form.append(part, new File(["x"], name));
      const { status, json } = await call("POST", "/api/plugins", form);
      expect(status).toBe(400);
      expect(json["attr"]).toBe("archive");
      return json["detail"];
    };
    expect(await refusal(["archive", "a.zip"])).toMatch(/^Could not read archive as \.zip or \.tgz: /);
    expect(await refusal(["archive", "a.zip"], ["archive", "b.zip"])).toBe("There are two archives.");
    expect(await refusal(["archive", "a.zip"], ["file", "index.js"])).toContain("Send one of them");
  });

  test("of a form without files, or with two of one path, is refused", async () => {
    const empty = new FormData();
    empty.append("name", "x");
    expect((await call("POST", "/api/plugins", empty)).json).toMatchObject({ attr: "files", code: "required" });
    const twice = new FormData();
    for (const text of ["1", "2"]) twice.append("file", new File([text], "index.js"));
    expect((await call("POST", "/api/plugins", twice)).json["detail"]).toContain("two files called index.js");
    const headers = { "Content-Type": "multipart/form-data; boundary=x" };
    expect((await call("POST", "/api/plugins", "--y", { headers })).status).toBe(400);
  });
});

describe("deleting a plugin", () => {
  test("takes it out of every team that had it, at once", async () => {
    const { id } = await upload({ name: newName(), source: setter("here") });
    const team = await teamWith(id);
    expect(await valueSet(team)).toBe("here");
    expect((await call("DELETE", `/api/plugins/${id}`)).status).toBe(204);
    expect(await valueSet(team)).toBeUndefined();
    expect((await call("GET", `/api/plugins/${id}`)).status).toBe(404);
    expect((await call("GET", `/api/plugin_configs/${team.configId}`)).status).toBe(404);
    expect((await call("DELETE", `/api/plugins/${id}`)).status).toBe(404);
  });

  test("removes the files that its configs had", async () => {
    const config = [{ key: "db", type: "attachment" }];
    const { id } = await upload({ name: newName(), source: setter("x"), config });
    const { configId } = await teamWith(id);
    const before = (await env.BLOBS.list({ prefix: "attachments/" })).objects.length;
    const form = new FormData();
    form.append("add_attachment[db]", new File(["bytes"], "geo.mmdb"));
    expect((await call("PATCH", `/api/plugin_configs/${configId}`, form)).status).toBe(200);
    expect((await env.BLOBS.list({ prefix: "attachments/" })).objects).toHaveLength(before + 1);
    await call("DELETE", `/api/plugins/${id}`);
    expect((await env.BLOBS.list({ prefix: "attachments/" })).objects).toHaveLength(before);
  });

  test("is refused for a global plugin and for one of another organization", async () => {
    const { id } = await upload({ name: newName(), source: setter("x") });
    await db
      .update(plugin)
      .set({ isGlobal: true })
      .where(eq(plugin.id, Number(id)));
    expect((await call("DELETE", `/api/plugins/${id}`)).json["detail"]).toContain("marked as global");
    const { id: organizationId } = await createOrganization(db, "Other", 1);
    const token = await tokenOf({ organizationId: 1 });
    await db
      .update(plugin)
      .set({ organizationId })
      .where(eq(plugin.id, Number(id)));
    expect((await call("DELETE", `/api/plugins/${id}`, undefined, { token })).json).toMatchObject({
      status: 403,
      detail: expect.stringContaining("another organization"),
    });
    const stolen = { plugin_id: id, source: setter("stolen") };
    expect((await call("POST", "/api/plugins", stolen, { token })).json).toMatchObject({ status: 403 });
    await db
      .update(plugin)
      .set({ isGlobal: false })
      .where(eq(plugin.id, Number(id)));
    expect((await call("DELETE", `/api/plugins/${id}`, undefined, { token })).status).toBe(404);
    expect((await call("POST", "/api/plugins", stolen, { token })).json).toMatchObject({
      code: "does_not_exist",
    });
  });
});
