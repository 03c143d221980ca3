import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();
const source = "export const processEvent = (event) => ({ ...event, properties: { ...event.properties, ran: true } })";

let pluginId: number;
let versionId: number;
let team: Team;
let configId: number;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const { json } = await call("POST", "/api/plugins", { name: `killed ${crypto.randomUUID()}`, source });
  pluginId = Number(json["id"]);
  versionId = Number((json["latest_version"] as JsonObject)["id"]);
});

beforeEach(async () => {
  team = await createTeam(db, 1, { name: "Kill", token: `phc_kill_${crypto.randomUUID()}`, shards: 2 }, 1);
  const { json } = await call("POST", "/api/plugin_configs", { team_id: team.id, plugin_id: pluginId, enabled: true });
  configId = Number(json["id"]);
});

/** What the plugin did to an event in each shard, and how its calls ended. */
async function ran(): Promise<{ ran: unknown[]; kinds: unknown[]; message: unknown }> {
  const messages = ["a", "b", "c", "d"].map((person) => message(team.id, { distinct_id: person }));
  await process(team, messages);
  const { json: recent } = await call("GET", `/api/recent-events?team_id=${team.id}&limit=4`);
  const events = recent["results"] as { after: { properties: JsonObject }; outcomes: JsonObject[] }[];
  const outcomes = events.flatMap((event) => event.outcomes);
  return {
    ran: [...new Set(events.map(({ after }) => after.properties["ran"] ?? false))],
    kinds: [...new Set(outcomes.map(({ kind }) => kind))],
    message: outcomes[0]?.["message"],
  };
}

test.each(["everything", "team", "config", "version"] as const)(
  "a switch over %s stops at once, and lifts",
  async (kind) => {
    expect(await ran()).toMatchObject({ ran: [true], kinds: ["ok"] });
    const target = { everything: undefined, team: team.id, config: configId, version: versionId }[kind];
    const body = { kind, reason: "it leaks", ...(target !== undefined && { target_id: target }) };
    const { status, json } = await call("POST", "/api/kill_switches", body);
    expect(status).toBe(201);
    expect(json).toMatchObject({ kind, target_id: target ?? null, reason: "it leaks", by: "operator" });
    const stopped = await ran();
    expect(stopped).toMatchObject({ ran: [false], kinds: ["denied"] });
    expect(stopped.message).toContain(`stopped by operator: it leaks. DELETE /api/kill_switches/${String(json["id"])}`);
    expect((await call("GET", "/api/kill_switches")).json["results"]).toContainEqual(json);
    expect((await call("DELETE", `/api/kill_switches/${String(json["id"])}`)).status).toBe(204);
    expect(await ran()).toMatchObject({ ran: [true], kinds: ["ok"] });
  },
);

test("what has to go through the plugin does not leave while it is stopped", async () => {
  await call("PATCH", `/api/plugin_configs/${configId}`, { on_error: "drop" });
  const { json } = await call("POST", "/api/kill_switches", { kind: "config", target_id: configId, reason: "x" });
  const event = message(team.id, { distinct_id: "p" });
  await process(team, [event]);
  expect((await call("GET", `/api/events?team_id=${team.id}`)).json["results"]).toEqual([]);
  await call("DELETE", `/api/kill_switches/${String(json["id"])}`);
});

test("what the operator stopped only the operator starts, and the newest reason is told", async () => {
  const ours = await tokenOf({ teamId: team.id });
  const body = { kind: "config", target_id: configId };
  const { json: mine } = await call("POST", "/api/kill_switches", { ...body, reason: "first" }, { token: ours });
  const { json } = await call("POST", "/api/kill_switches", { ...body, reason: "second" });
  expect(json).toMatchObject({ id: mine["id"], role: "operator", reason: "second" });
  expect((await ran()).message).toContain("stopped by operator: second");
  const path = `/api/kill_switches/${String(json["id"])}`;
  expect((await call("DELETE", path, undefined, { token: ours })).status).toBe(403);
  expect((await call("POST", "/api/kill_switches", { ...body, reason: "third" }, { token: ours })).status).toBe(403);
  // Nor does trying it run it.
  const tried = await call("POST", `/api/plugin_configs/${configId}/dry_run`, {});
  expect(tried.json).toMatchObject({ results: [{ outcome: { kind: "denied" }, after: { properties: {} } }] });
  expect((await call("DELETE", path)).status).toBe(204);
});

test("what was asked for before it was stopped waits", async () => {
  const code = `export async function setupPlugin({ cache }) { await cache.incr("setups") }
    export const jobs = { later: (payload) => console.log("did", payload.n) };
    export const teardownPlugin = () => console.log("torn down");
    export async function processEvent(event, { jobs }) { await jobs.later({ n: 1 }).runNow(); return event }`;
  const { json: plugin } = await call("POST", "/api/plugins", { name: `jobs ${crypto.randomUUID()}`, source: code });
  const config = await call("POST", "/api/plugin_configs", {
    team_id: team.id,
    plugin_id: Number(plugin["id"]),
    enabled: true,
  });
  const { id } = config.json;
  const logged = async (): Promise<string> =>
    JSON.stringify((await call("GET", `/api/logs?team_id=${team.id}&plugin_config_id=${String(id)}`)).json);
  const { json } = await call("POST", "/api/kill_switches", { kind: "config", target_id: Number(id), reason: "x" });
  await process(team, [message(team.id, { distinct_id: "p" })]);
  expect(await logged()).not.toContain("torn down");
  await call("DELETE", `/api/kill_switches/${String(json["id"])}`);
  await process(team, [message(team.id, { distinct_id: "p" })]);
  await vi.waitFor(async () => expect(await logged()).toContain("did 1"), 10_000);
});

test("nobody stops, or starts, what is another's", async () => {
  const other = await newTeam(db);
  const theirs = await tokenOf({ organizationId: other.organizationId });
  const ours = await tokenOf({ teamId: team.id });
  for (const [kind, target_id] of [
    ["team", team.id],
    ["config", configId],
    ["version", versionId],
  ] as const)
    expect(
      (await call("POST", "/api/kill_switches", { kind, target_id, reason: "x" }, { token: theirs })).json,
    ).toMatchObject({
      attr: "target_id",
      code: "does_not_exist",
    });
  for (const token of [theirs, ours])
    expect((await call("POST", "/api/kill_switches", { kind: "everything", reason: "x" }, { token })).status).toBe(403);
  const version = { kind: "version", target_id: versionId, reason: "x" };
  expect((await call("POST", "/api/kill_switches", version, { token: ours })).status).toBe(403);
  const { json } = await call(
    "POST",
    "/api/kill_switches",
    { kind: "team", target_id: team.id, reason: "x" },
    { token: ours },
  );
  const path = `/api/kill_switches/${String(json["id"])}`;
  expect((await call("DELETE", path, undefined, { token: theirs })).status).toBe(404);
  expect((await call("GET", "/api/kill_switches", undefined, { token: theirs })).json["results"]).toEqual([]);
  expect((await call("DELETE", path, undefined, { token: ours })).status).toBe(204);
});

test.each([
  [{ kind: "team", reason: "x" }, "target_id"],
  [{ kind: "everything", target_id: 1, reason: "x" }, "target_id"],
  [{ kind: "team", target_id: 1 }, "reason"],
  [{ kind: "nothing", target_id: 1, reason: "x" }, "kind"],
])("%j is refused", async (body, attr) => {
  expect(await call("POST", "/api/kill_switches", body)).toMatchObject({ status: 400, json: { attr } });
});
