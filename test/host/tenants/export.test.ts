import { runInDurableObject } from "cloudflare:test";
import { unpackTar } from "modern-tar";
import { beforeAll, describe, expect, test } from "vitest";
import { teamStub } from "../../../host/team/team-client.ts";
import { call, env } from "../api/client.ts";
import { migratedRegistry } from "../store/registry.ts";
import { fillTenant, NOT_OURS, tablesOf, type Tenant } from "./tenant.ts";

let tenant: Tenant;
let neighbour: Tenant;

beforeAll(async () => {
  await migratedRegistry();
  await call("GET", "/api/token");
  neighbour = await fillTenant("okapi1q");
  tenant = await fillTenant("zebra1q");
});

/** The files of an archive by name. */
async function download(path: string): Promise<Map<string, string>> {
  const {
    status,
    headers,
    text = "",
  } = await call("GET", path, undefined, {
    raw: true,
    token: tenant.tokens.organization,
  });
  expect(status).toBe(200);
  expect(headers.get("Content-Type")).toBe("application/x-tar");
  const entries = await unpackTar(new TextEncoder().encode(text), { strict: true });
  return new Map(entries.map(({ header, data }) => [header.name, new TextDecoder().decode(data)]));
}

describe.each(["teams", "organizations"] as const)("an export of %s", (kind) => {
  let files: Map<string, string>;
  beforeAll(async () => {
    files = await download(`/api/${kind}/${kind === "teams" ? tenant.team.id : tenant.organizationId}/export`);
  });

  test("has a row of every table of every shard", async () => {
    for (const shard of [0, 1]) {
      const tables = await runInDurableObject(teamStub(env, { teamId: tenant.team.id, shard }), (_, { storage }) =>
        tablesOf(storage.sql),
      );
      expect(tables.length).toBeGreaterThan(15);
      for (const table of tables) {
        // What waits for delivery leaves at any moment.
        if (table === "outbox") continue;
        const lines = files.get(`teams/${tenant.team.id}/shards/${shard}/${table}/000001.ndjson`);
        // Follow-ups join numbers alone.
        if (table === "follow_up_event") expect(lines).toContain("800000000000");
        else expect(lines, table).toContain(table === "follow_up" ? "800000000000" : tenant.word);
      }
    }
  });

  test("has what waits for delivery", async () => {
    const address = { teamId: tenant.team.id, shard: 1 };
    const page = await runInDurableObject(teamStub(env, address), (object, { storage: { sql } }) => {
      sql.exec("insert into outbox (uuid, body, bytes) values ('u', ?, 1)", JSON.stringify({ waits: tenant.word }));
      return object.exportRows(address, "outbox", 0);
    });
    expect(page).toMatchObject({ lines: expect.stringContaining(tenant.word), next: null });
  });

  test("has what lies in R2", () => {
    const large = [...files].filter(([name]) => /\/(?:inbox|outbox|local_event)\//.test(name));
    expect(large.some(([, text]) => text.includes(tenant.word.padEnd(700_000, "x")))).toBe(true);
    expect([...files].filter(([name]) => name.includes("/attachments/")).map(([, text]) => text)).toEqual([
      `attachment ${tenant.word}`,
    ]);
    const code = [...files].filter(([name]) => name.startsWith("plugins/"));
    expect(code.some(([, text]) => text.includes(`seen by ${tenant.word}`))).toBe(kind === "organizations");
  });

  test("has the registry's rows, in lines of JSON", () => {
    for (const [name, text] of files)
      if (name.endsWith(".ndjson")) for (const line of text.trimEnd().split("\n")) JSON.parse(line);
    const config = files.get(`teams/${tenant.team.id}/registry/plugin_config/000001.ndjson`) ?? "";
    expect(JSON.parse(config.split("\n")[0] ?? "")).toMatchObject({
      id: tenant.configId,
      name: `config ${tenant.word}`,
      config: { secret: expect.stringContaining("SECRET") },
      secrets: { secret: expect.stringContaining("SECRET") },
    });
    expect(files.has("organization/plugin_version/000001.ndjson")).toBe(kind === "organizations");
  });

  test("has no secret, and nothing of a neighbour's", async () => {
    const all = [...files].map(([name, text]) => `${name}\n${text}`).join("\n");
    const { results } = await env.REGISTRY.prepare(
      "select token_hash as secret from key where token_hash is not null union select personal_api_key from team where personal_api_key is not null union select value from plugin_config, json_each(secrets)",
    ).all<{ secret: string }>();
    const secrets = results.map(({ secret }) => secret);
    expect(secrets.length).toBeGreaterThan(5);
    secrets.push(`secret-${tenant.word}`, `phx_${tenant.word}`, ...Object.values(tenant.tokens));
    secrets.push(
      ...(await Promise.all(
        [0, 1].map((shard) =>
          runInDurableObject(teamStub(env, { teamId: tenant.team.id, shard }), (_, { storage }) =>
            String(
              JSON.parse(String(storage.sql.exec("select value from fact where name = 'callSecret'").one()["value"])),
            ),
          ),
        ),
      )),
    );
    for (const secret of secrets) expect(all.includes(secret), secret).toBe(false);
    expect(all.includes(neighbour.word)).toBe(false);
  });
});

test("every table of the registry belongs to a tenant, goes with it, and is in its export", async () => {
  const files = await download(`/api/organizations/${tenant.organizationId}/export`);
  const { results } = await env.REGISTRY.prepare("select name from sqlite_master where type = 'table'").all<{
    name: string;
  }>();
  const tables = results.map(({ name }) => name).filter((name) => !NOT_OURS.test(name) && name !== "d1_migrations");
  const owners = new Map<string, string[]>();
  for (const table of tables) {
    const { results: keys } = await env.REGISTRY.prepare(`pragma foreign_key_list("${table}")`).all<{
      table: string;
      on_delete: string;
    }>();
    owners.set(
      table,
      keys.filter(({ on_delete }) => on_delete === "CASCADE").map((found) => found.table),
    );
    expect(
      [...files.keys()].some((name) => name.includes(`/${table}/`)),
      table,
    ).toBe(true);
  }
  const goesWith = (table: string): boolean =>
    table === "organization" || (owners.get(table) ?? []).some((owner) => goesWith(owner));
  for (const table of tables) expect(goesWith(table), table).toBe(true);
});

test("an export is its organization's to take", async () => {
  const path = `/api/teams/${tenant.team.id}/export`;
  expect((await call("GET", path, undefined, { token: tenant.tokens.team })).status).toBe(403);
  expect((await call("GET", path, undefined, { token: neighbour.tokens.organization })).status).toBe(404);
});
