import { beforeAll, expect, test } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { ROUTES } from "../../../../host/api/routes.ts";
import { isId, type Method, paramsOf } from "../../../../host/api/route.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();

/** Stands in everything of one tenant that has a text. */
const MARKS = { victim: "marker-of-the-victim", attacker: "marker-of-the-attacker" } as const;

/** A tenant with something of everything, and the ids of it. */
interface Tenant {
  mark: string;
  organization: number;
  team: number;
  plugin: number;
  version: number;
  config: number;
  token: number;
  key: number;
  kill: number;
  event: string;
  organizationToken: string;
  teamToken: string;
  /** Of another team of the same organization. */
  siblingToken: string;
}

let victim: Tenant;
let attacker: Tenant;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  victim = await makeTenant(MARKS.victim);
  attacker = await makeTenant(MARKS.attacker);
});

async function makeTenant(mark: string): Promise<Tenant> {
  const made = await newTeam(db);
  const organizationToken = await tokenOf({ organizationId: made.organizationId });
  const as = { token: organizationToken };
  const idOf = async (method: string, path: string, body: object): Promise<number> => {
    const { status, json } = await call(method, path, body, as);
    expect([200, 201]).toContain(status);
    return Number(json["id"]);
  };
  await idOf("PATCH", `/api/organizations/${made.organizationId}`, { name: mark });
  await idOf("PATCH", `/api/teams/${made.id}`, { name: mark, personal_api_key: `phx_${mark}` });
  const source = `export const processEvent = (event) => { console.log("${mark}"); if (event.event.startsWith("drop")) throw new DropEvent("${mark}"); return event }`;
  const plugin = await idOf("POST", "/api/plugins", {
    name: mark,
    source,
    config: [{ key: "key", type: "string", secret: true }],
  });
  const { json: shown } = await call("GET", `/api/plugins/${plugin}`, undefined, as);
  const config = await idOf("POST", "/api/plugin_configs", {
    team_id: made.id,
    plugin_id: plugin,
    name: mark,
    enabled: true,
    config: { key: `k3y-${made.id}-of-somebody` },
  });
  const events = [
    message(made.id, { event: mark, distinct_id: mark }),
    message(made.id, { event: `drop ${mark}`, distinct_id: mark }),
  ];
  await process({ id: made.id, shards: 1 }, events);
  const sibling = await idOf("POST", "/api/teams", { name: mark });
  return {
    mark,
    organization: made.organizationId,
    team: made.id,
    plugin,
    version: Number((shown["latest_version"] as JsonObject)["id"]),
    config,
    token: await idOf("POST", `/api/teams/${made.id}/tokens`, { label: mark }),
    key: await idOf("POST", `/api/teams/${made.id}/project_keys`, { label: mark, key: `phc_${mark}` }),
    kill: await idOf("POST", "/api/kill_switches", { kind: "config", target_id: config, reason: mark }),
    event: String(events[0]?.event.uuid),
    organizationToken,
    teamToken: await tokenOf({ teamId: made.id }),
    siblingToken: await tokenOf({ teamId: sibling }),
  };
}

/** The victim's id for each part of a path, and each field of a query or body that names something. */
function idFor(path: string, name: string, of: Tenant): number | string {
  const [, , thing] = path.split("/");
  const ids: Record<string, number | string> = {
    organizations: of.organization,
    teams: of.team,
    plugins: of.plugin,
    plugin_configs: of.config,
    kill_switches: of.kill,
    run_id: 1,
    // Numbers of outcomes count in each shard; the first is the dropped event's.
    outcomes: 1,
    token_id: of.token,
    key_id: of.key,
    version_id: of.version,
    job_id: 1,
    letter_id: 1,
    path: "index.ts",
    fingerprint: "0".repeat(32),
  };
  const found = ids[name === "id" ? (thing ?? "") : name];
  // Whoever adds a path whose ids this does not know tells it here.
  if (found === undefined) throw new Error(`${path}: what is the victim's ${name}?`);
  return found;
}

/** What is sent where the path itself names nothing: bodies and queries that name what is the victim's. */
const NAMED: Readonly<Record<string, (of: Tenant) => { query?: string; body?: object }>> = {
  "POST /api/plugins": (of) => ({
    body: { name: "x", source: "export const processEvent = (e) => e", plugin_id: of.plugin },
  }),
  "POST /api/teams": (of) => ({ body: { name: "x", organization_id: of.organization } }),
  "GET /api/plugin_configs": (of) => ({ query: `team_id=${of.team}` }),
  "POST /api/plugin_configs": (of) => ({ body: { team_id: of.team, plugin_id: of.plugin } }),
  "POST /api/plugin_configs/rearrange": (of) => ({ body: { team_id: of.team, order: [of.config] } }),
  "POST /api/dry_run": (of) => ({ body: { team_id: of.team, plugin_id: of.plugin, recent_event: of.event } }),
  "POST /api/kill_switches": (of) => ({ body: { kind: "config", target_id: of.config, reason: "x" } }),
  "GET /api/outcomes/{id}": (of) => ({ query: `team_id=${of.team}` }),
  "GET /api/outcomes/{id}/case": (of) => ({ query: `team_id=${of.team}` }),
  "GET /api/audit_log": (of) => ({ query: `team_id=${of.team}` }),
  ...Object.fromEntries(
    ["events", "dead-letters", "outcomes", "ingestion-warnings", "logs", "recent-events", "egress"].map((list) => [
      `GET /api/${list}`,
      (of: Tenant) => ({ query: `team_id=${of.team}` }),
    ]),
  ),
};

/** Paths that name nothing at all: they answer with what is the caller's own, or with a refusal. */
const OWN = new Set([
  "GET /api/organizations",
  "POST /api/organizations",
  "GET /api/teams",
  "GET /api/plugins",
  "GET /api/kill_switches",
  "GET /api/token",
  "GET /metrics",
  "POST /api/rotate_encryption_key",
]);

const OPERATIONS = ROUTES.flatMap(({ path, operations }) =>
  Object.keys(operations).map((method) => [method as Method, path] as const),
);

test.each(OPERATIONS)("%s %s gives another tenant nothing", async (method, path) => {
  const tokens = [attacker.organizationToken, attacker.teamToken];
  for (const token of tokens) {
    const params = paramsOf(path);
    const name = `${method} ${path}`;
    const named = NAMED[name]?.(victim);
    if (params.length === 0 && named === undefined) expect(OWN, `tell what ${name} is to be asked`).toContain(name);
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, param: string) => String(idFor(path, param, victim)));
    const { status, headers, json } = await call(
      method,
      `${filled}?${named?.query ?? ""}`,
      named?.body ?? bodyOf(method),
      { token },
    );
    const answer = JSON.stringify([json, [...headers]]);
    expect(answer).not.toContain(victim.mark);
    if (params.some(isId)) expect(status).toBe(404);
    else if (named?.query !== undefined) expect(status).toBe(404);
    // A team's token is told that it needs another before its body is looked at.
    else if (named !== undefined) expect([400, 403]).toContain(status);
    if (status === 400) expect(json).toMatchObject({ code: "does_not_exist" });
  }
});

const bodyOf = (method: Method): object | undefined => (method === "GET" || method === "DELETE" ? undefined : {});

test.each(
  OPERATIONS.filter(([, path]) => path.startsWith("/api/teams/{id}") || path.startsWith("/api/plugin_configs/{id}")),
)("%s %s gives another team of the organization nothing", async (method, path) => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, param: string) => String(idFor(path, param, victim)));
  const { status, json } = await call(method, filled, bodyOf(method), { token: victim.siblingToken });
  expect(status).toBe(404);
  expect(JSON.stringify(json)).not.toContain(victim.mark);
});

test("lists have what is one's own, and nothing of another's", async () => {
  for (const path of ["/api/organizations", "/api/teams", "/api/plugins", "/api/kill_switches", "/api/audit_log"])
    for (const token of [attacker.organizationToken, attacker.teamToken]) {
      const { json } = await call("GET", path, undefined, { token });
      expect(JSON.stringify(json)).toContain(attacker.mark);
      expect(JSON.stringify(json)).not.toContain(victim.mark);
    }
  for (const list of ["events", "outcomes", "logs", "recent-events", "plugin_configs"]) {
    const { json } = await call("GET", `/api/${list}?team_id=${attacker.team}`, undefined, {
      token: attacker.teamToken,
    });
    expect(JSON.stringify(json)).toContain(attacker.mark);
    expect(JSON.stringify(json)).not.toContain(victim.mark);
  }
});

test("what names several things names them of one tenant", async () => {
  const as = { token: attacker.organizationToken };
  // One's own config, with another's version, plugin or event.
  const config = `/api/plugin_configs/${attacker.config}`;
  for (const [method, path, body, attr] of [
    ["PATCH", config, { plugin_version_id: victim.version }, "plugin_version_id"],
    ["POST", `${config}/rollback`, { plugin_version_id: victim.version }, "plugin_version_id"],
    ["POST", `${config}/dry_run`, { plugin_version_id: victim.version }, "plugin_version_id"],
    ["POST", `${config}/dry_run`, { recent_event: victim.event }, "recent_event"],
    ["POST", `${config}/preview_upgrade`, { plugin_version_id: victim.version }, "plugin_version_id"],
    ["POST", "/api/plugin_configs", { team_id: attacker.team, plugin_id: victim.plugin }, "plugin_id"],
    ["POST", "/api/dry_run", { team_id: attacker.team, plugin_id: victim.plugin }, "plugin_id"],
  ] as const)
    expect(await call(method, path, body, as)).toMatchObject({ status: 400, json: { attr, code: "does_not_exist" } });
  const versions = `/api/plugins/${attacker.plugin}/versions/${victim.version}`;
  for (const path of [versions, `${versions}/files/index.ts`])
    expect((await call("GET", path, undefined, as)).status).toBe(404);
  const compared = await call(
    "GET",
    `/api/plugins/${attacker.plugin}/compare?from=${attacker.version}&to=${victim.version}`,
    undefined,
    as,
  );
  expect(compared).toMatchObject({ status: 400, json: { attr: "to" } });
  for (const path of [
    `/api/teams/${attacker.team}/tokens/${victim.token}`,
    `/api/teams/${attacker.team}/project_keys/${victim.key}`,
  ])
    expect((await call("DELETE", path, undefined, as)).status).toBe(404);
  const order = { team_id: attacker.team, order: [victim.config, attacker.config] };
  expect(JSON.stringify((await call("POST", "/api/plugin_configs/rearrange", order, as)).json)).not.toContain(
    victim.mark,
  );
});

test("after all that, everything of the victim's is as it was", async () => {
  const as = { token: victim.organizationToken };
  const { json: config } = await call("GET", `/api/plugin_configs/${victim.config}`, undefined, as);
  expect(config).toMatchObject({ name: victim.mark, enabled: true, plugin_version_id: victim.version });
  expect((await call("GET", `/api/teams/${victim.team}`, undefined, as)).json).toMatchObject({ name: victim.mark });
  expect((await call("GET", `/api/kill_switches/`, undefined, as)).json["results"]).toMatchObject([
    { id: victim.kill },
  ]);
  const { json: tokens } = await call("GET", `/api/teams/${victim.team}/tokens`, undefined, as);
  expect(tokens["results"]).toContainEqual(expect.objectContaining({ id: victim.token, revoked_at: null }));
});
