import { beforeAll, beforeEach, expect, test } from "vitest";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import type { JsonObject } from "../../../../host/event.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process } from "../client.ts";

const db = await migratedRegistry();
const files = (version: string, more: JsonObject = {}) => ({
  "plugin.json": JSON.stringify({ name: `Versioned ${run}`, ...more }),
  "index.js": `exports.processEvent = (event) => ({ ...event, properties: { version: "${version}" } });`,
});
const run = crypto.randomUUID();

let pluginId: number;
let first: number;
let second: number;
let team: Team;
let configId: number;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const one = await call("POST", "/api/plugins", {
    files: files("one", { config: [{ key: "a", type: "string" }] }),
    tag: "1",
  });
  pluginId = Number(one.json["id"]);
  first = Number((one.json["latest_version"] as JsonObject)["id"]);
  const more = {
    capabilities: { fetch: ["api.x.com"], cache: true },
    config: [{ key: "b", type: "string", required: true, default: "x" }],
  };
  const two = await call("POST", "/api/plugins", {
    files: { ...files("two", more), "README.md": "hello <script>" },
    tag: "2",
  });
  second = Number((two.json["latest_version"] as JsonObject)["id"]);
});

beforeEach(async () => {
  team = await createTeam(db, 1, { name: "Versions", token: `phc_versions_${crypto.randomUUID()}` }, 1);
  const body = { team_id: team.id, plugin_id: pluginId, plugin_version_id: first, enabled: true, config: { a: "1" } };
  const { json } = await call("POST", "/api/plugin_configs", body);
  configId = Number(json["id"]);
});

async function running(): Promise<unknown> {
  await process(team, [message(team.id)]);
  const { json } = await call("GET", `/api/events?team_id=${team.id}&limit=1`);
  return (json["results"] as { properties: JsonObject }[])[0]?.properties["version"];
}

test("versions are listed and shown with their files", async () => {
  const { json } = await call("GET", `/api/plugins/${pluginId}/versions`);
  expect(json["results"]).toMatchObject([
    { id: second, tag: "2" },
    { id: first, tag: "1", methods: ["processEvent"] },
  ]);
  const { json: shown } = await call("GET", `/api/plugins/${pluginId}/versions/${second}`);
  expect(shown["files"]).toContainEqual({ path: "README.md", size: 14 });
  expect((await call("GET", `/api/plugins/${pluginId}/versions/999999`)).status).toBe(404);
  const file = await call("GET", `/api/plugins/${pluginId}/versions/${second}/files/README.md`, undefined, {
    raw: true,
  });
  expect(file.text).toBe("hello <script>");
  expect(file.headers.get("Content-Security-Policy")).toContain("sandbox");
  expect((await call("GET", `/api/plugins/${pluginId}/versions/${second}/files/__proto__`)).status).toBe(404);
});

test("what a version changes is told", async () => {
  const { json } = await call("GET", `/api/plugins/${pluginId}/compare?from=${first}&to=${second}`);
  expect(json).toEqual({
    files: { added: ["README.md"], removed: [], changed: ["plugin.json", "index.js"] },
    config: { added: ["b"], removed: ["a"], changed: [], newly_required: ["b"] },
    functions: { added: [], removed: [] },
    capabilities: { added: ["fetch", "cache"], removed: [] },
    used_capabilities: { added: [], removed: [] },
    hosts: { added: ["api.x.com"], removed: [] },
  });
  expect((await call("GET", `/api/plugins/${pluginId}/compare?from=${first}&to=999999`)).json).toMatchObject({
    attr: "to",
  });
});

test("what a version's code names that the one before did not is told", async () => {
  const name = `Growing ${run}`;
  const install = async (source: string): Promise<unknown> => {
    const { json } = await call("POST", "/api/plugins", { name, source });
    return [json["id"], (json["latest_version"] as JsonObject)["id"]];
  };
  const [id, from] = (await install("export const processEvent = (e, { cache }) => e")) as number[];
  const more = "export async function processEvent(e) { await fetch('https://new.example.com/'); return e }";
  const [, to] = (await install(more)) as number[];
  expect((await call("GET", `/api/plugins/${id}/compare?from=${from}&to=${to}`)).json).toMatchObject({
    capabilities: { added: [], removed: [] },
    used_capabilities: { added: ["fetch"], removed: ["cache"] },
    hosts: { added: ["new.example.com"], removed: [] },
  });
});

test("a config is rolled back in one call, and stays there", async () => {
  expect(await call("POST", `/api/plugin_configs/${configId}/rollback`, {})).toMatchObject({ status: 400 });
  await call("PATCH", `/api/plugin_configs/${configId}`, { plugin_version_id: second });
  expect(await running()).toBe("two");
  const { json } = await call("POST", `/api/plugin_configs/${configId}/rollback`, {});
  expect(json).toMatchObject({ plugin_version_id: first, pinned: true });
  expect(await running()).toBe("one");
  const { json: history } = await call("GET", `/api/plugin_configs/${configId}/history`);
  expect((history["results"] as JsonObject[]).map((entry) => entry["plugin_version_id"])).toEqual([
    first,
    second,
    first,
  ]);
  // Uploading moves the configs of a plugin along, but not what is pinned.
  const { json: third } = await call("POST", "/api/plugins", { files: files("three"), plugin_id: pluginId });
  expect(JSON.stringify(third["warnings"])).toContain(`plugin config ${configId} of team ${team.id} is pinned`);
  expect(await running()).toBe("one");
});

test("configs are put into another order", async () => {
  const { json: other } = await call("POST", "/api/plugin_configs", {
    team_id: team.id,
    plugin_id: pluginId,
    name: "other",
  });
  const order = [Number(other["id"]), configId];
  const { json } = await call("POST", "/api/plugin_configs/rearrange", { team_id: team.id, order });
  expect((json["results"] as JsonObject[]).map((config) => [config["id"], config["order"]])).toEqual([
    [order[0], 1],
    [order[1], 2],
  ]);
});

test("secrets are kept sealed", async () => {
  const { json: plugin } = await call("POST", "/api/plugins", {
    name: `sealed ${run}`,
    source: "export const processEvent = (event, { config }) => ({ ...event, properties: { version: config.key } })",
    config: [{ key: "key", type: "string", secret: true }],
  });
  const body = {
    team_id: team.id,
    plugin_id: Number(plugin["id"]),
    enabled: true,
    order: 9,
    config: { key: "s3cret-at-rest", other: "open" },
  };
  const { json: config } = await call("POST", "/api/plugin_configs", body);
  expect(await running()).toBe("s3cret-at-rest");
  const path = `/api/plugin_configs/${String(config["id"])}`;
  expect((await call("PATCH", path, { name: "renamed" })).status).toBe(200);
  expect(await running()).toBe("s3cret-at-rest");
  const tables = await env.REGISTRY.prepare(
    "select name from sqlite_master where type = 'table' and name not like '_cf%'",
  ).all<{ name: string }>();
  const everything = await Promise.all(
    tables.results.map(async ({ name }) => (await env.REGISTRY.prepare(`select * from "${name}"`).all()).results),
  );
  expect(JSON.stringify(everything)).not.toContain("s3cret-at-rest");
  expect(JSON.stringify(everything)).toContain('\\"other\\":\\"open\\"');
});
