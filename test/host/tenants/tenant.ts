import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, vi } from "vitest";
import { openRegistry } from "../../../host/store/registry.ts";
import { teamById, type Team } from "../../../host/store/teams.ts";
import { shardOf, shardsOf, teamStub } from "../../../host/team/team-client.ts";
import { appendTo } from "../../../host/team/team-client.ts";
import { acceptedEvent } from "../../../host/team/events/accepted-event.ts";
import { call, env, message, process } from "../api/client.ts";

/** A tenant that has something of everything, each with a word in it that is nobody else's. */
export interface Tenant {
  word: string;
  organizationId: number;
  team: Team;
  projectKeyId: number;
  pluginId: number;
  versionId: number;
  configId: number;
  killSwitchId: number;
  tokenIds: { organization: number; team: number };
  tokens: { organization: string; team: string };
}

const source = (word: string) => `
  export const jobs = { [${JSON.stringify(word)}]: async () => undefined };
  export async function processEvent(event, { cache, storage, config, jobs }) {
    console.log("seen by ${word}");
    await cache.set("${word}", "${word}");
    await cache.lpush("list of ${word}", ["${word}"]);
    await storage.set("${word}", "${word}");
    await jobs["${word}"]({ word: "${word}" }).runIn(1, "days");
    if (event.event === "fails") throw new Error("${word} failed with " + config.secret);
    event.properties.seen = "${word}";
    return event;
  }`;

/** Makes a tenant through the API, has its plugin run, and puts a row into every table of both of its team's objects. */
export async function fillTenant(word: string): Promise<Tenant> {
  const make = async (path: string, body: unknown) => {
    const { status, json } = await call("POST", path, body);
    expect(status, `${path} ${JSON.stringify(json)}`).toBe(201);
    return { ...json, id: Number(json["id"]) };
  };
  const organization = await make("/api/organizations", { name: `organization ${word}` });
  const { id: teamId } = await make("/api/teams", {
    organization_id: organization.id,
    name: `team ${word}`,
    project_key: `phc_${word}`,
    personal_api_key: `phx_${word}`,
    shards: 2,
  });
  const plugin = await make("/api/plugins", {
    organization_id: organization.id,
    name: `plugin ${word}`,
    source: source(word),
    config: [
      { key: "secret", type: "string", name: `secret ${word}`, secret: true },
      { key: "file", type: "attachment", name: "file" },
    ],
  });
  const form = new FormData();
  form.set("team_id", String(teamId));
  form.set("plugin_id", String(plugin.id));
  form.set("name", `config ${word}`);
  form.set("enabled", "true");
  form.set("config", JSON.stringify({ secret: `secret-${word}` }));
  form.set("add_attachment[file]", new File([`attachment ${word}`], `${word}.txt`, { type: "text/plain" }));
  const config = await make("/api/plugin_configs", form);
  const idle = await make("/api/plugin_configs", { team_id: teamId, plugin_id: plugin.id, config: {}, name: word });
  const killSwitch = await make("/api/kill_switches", { kind: "config", target_id: idle.id, reason: word });
  const key = await make(`/api/teams/${teamId}/project_keys`, { key: `phc_more_${word}`, label: word });
  const ofOrganization = await make(`/api/organizations/${organization.id}/tokens`, tokenNamed(word));
  const ofTeam = await make(`/api/teams/${teamId}/tokens`, tokenNamed(word));
  const team = await teamById(openRegistry(env), teamId);
  if (team === null) throw new Error("the team is not there");

  const people = shardsOf(team).map(({ shard }) => personOf(word, shard));
  const event = (distinctId: string, more: object = {}) =>
    message(teamId, { distinct_id: distinctId, properties: { word }, ...more });
  await process(team, [...people.map((id) => event(id)), ...people.map((id) => event(id, { event: "fails" }))]);
  for (const address of shardsOf(team)) {
    const large = event(personOf(word, address.shard), { properties: { large: word.padEnd(700_000, "x") } });
    await appendTo(env, address, [acceptedEvent(large)], []);
    await fillTables(team, address.shard, word);
  }
  return {
    word,
    organizationId: organization.id,
    team,
    projectKeyId: key.id,
    pluginId: plugin.id,
    versionId: Number((config as Record<string, unknown>)["plugin_version_id"]),
    configId: config.id,
    killSwitchId: killSwitch.id,
    tokenIds: { organization: ofOrganization.id, team: ofTeam.id },
    tokens: { organization: tokenOf(ofOrganization), team: tokenOf(ofTeam) },
  };
}

const tokenNamed = (word: string) => ({ label: `token of ${word}`, scopes: ["read", "write"] });
const tokenOf = (made: Record<string, unknown>): string => String(made["token"]);

function personOf(word: string, shard: number): string {
  for (let i = 0; ; i++) if (shardOf(`${word} ${i}`, 2) === shard) return `${word} ${i}`;
}

/** Waits until the team's objects have done what was to be done at once. */
export async function settle(team: Team): Promise<void> {
  let before: unknown;
  await vi.waitFor(async () => {
    for (const address of shardsOf(team)) await runDurableObjectAlarm(teamStub(env, address));
    const now = JSON.stringify(
      await Promise.all(shardsOf(team).map((address) => teamStub(env, address).status(address))),
    );
    const isSettled = now === before;
    before = now;
    expect(isSettled).toBe(true);
  }, 20_000);
}

interface Column {
  name: string;
  type: string;
  notnull: number;
}

/** Tables that SQLite, the platform and the migrations have for themselves. */
export const NOT_OURS = /^(?:_cf_|sqlite_|__drizzle)/;

/** Every table of an object. */
export function tablesOf(sql: SqlStorage): string[] {
  const found = sql.exec<{ name: string }>("select name from sqlite_master where type = 'table'").toArray();
  return found.map(({ name }) => name).filter((name) => !NOT_OURS.test(name));
}

/** Puts a row with the word into each table, whatever the table; none of it is due before long. */
async function fillTables(team: Team, shard: number, word: string): Promise<void> {
  await runInDurableObject(teamStub(env, { teamId: team.id, shard }), (_, { storage: { sql } }) => {
    for (const table of tablesOf(sql)) {
      const columns = sql.exec<Column & Record<string, SqlStorageValue>>(`pragma table_info("${table}")`).toArray();
      const values = columns.map(({ name, type }) => {
        if (name === "blob_key") return null;
        if (name === "outcomes") return "[]";
        if (/^text$/i.test(type)) return name === "function" ? "onEvent" : JSON.stringify({ filled: word });
        return 8_000_000_000_000 + shard;
      });
      const names = columns.map(({ name }) => `"${name}"`).join(", ");
      sql.exec(`insert into "${table}" (${names}) values (${values.map(() => "?").join(", ")})`, ...values);
    }
  });
}

/** Everything that anything of Hoglet's has stored, as texts: where it is, and what. */
export async function everythingStored(teams: readonly { id: number }[]): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  const { results } = await env.REGISTRY.prepare("select name from sqlite_master where type = 'table'").all<{
    name: string;
  }>();
  for (const { name } of results) {
    if (NOT_OURS.test(name)) continue;
    const rows = await env.REGISTRY.prepare(`select * from "${name}"`).all();
    rows.results.forEach((row, i) => all.set(`D1 ${name} ${String(row["id"] ?? i)}`, JSON.stringify(row)));
  }
  for (let cursor: string | undefined, more = true; more;) {
    const listed = await env.BLOBS.list(cursor === undefined ? {} : { cursor });
    for (const { key } of listed.objects) all.set(`R2 ${key}`, (await (await env.BLOBS.get(key))?.text()) ?? "");
    more = listed.truncated;
    cursor = listed.truncated ? listed.cursor : undefined;
  }
  for (const { id } of teams)
    for (const shard of [0, 1])
      await runInDurableObject(teamStub(env, { teamId: id, shard }), async (_, { storage }) => {
        const name = `object ${id}/${shard}`;
        for (const table of tablesOf(storage.sql))
          storage.sql
            .exec(`select rowid, * from "${table}"`)
            .toArray()
            .forEach((row) => all.set(`${name} ${table} ${String(row["rowid"])}`, JSON.stringify(row)));
        for (const [key, value] of await storage.list()) all.set(`${name} ${key}`, JSON.stringify(value));
        all.set(`${name} alarm`, String(await storage.getAlarm()));
      });
  return all;
}
