import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { connectRedis } from "../../../host/capabilities/redis/client.ts";
import { acceptedEvent } from "../../../host/team/events/accepted-event.ts";
import { teamStub } from "../../../host/team/team-client.ts";
import { call, env, message } from "../api/client.ts";
import { migratedRegistry } from "../store/registry.ts";
import { everythingStored, fillTenant, settle, type Tenant } from "./tenant.ts";

const redis = inject("redis");

beforeAll(async () => {
  await migratedRegistry();
  // The Worker's own organization and team come first.
  await call("GET", "/api/token");
});
afterEach(() => void vi.restoreAllMocks());

let tenants = 0;
const newWord = () => `zebra${++tenants}q`;

/** Where a word is found that is to be nowhere. */
const remains = (all: Map<string, string>, word: string): string[] =>
  [...all].filter(([place, text]) => place.includes(word) || text.includes(word)).map(([place]) => place);

const of = (all: Map<string, string>, word: string) => new Map([...all].filter(([, text]) => text.includes(word)));

async function late(tenant: Tenant, shard: number): Promise<void> {
  const address = { teamId: tenant.team.id, shard };
  const event = acceptedEvent(message(tenant.team.id, { properties: { late: tenant.word } }));
  await runInDurableObject(teamStub(env, address), async (object) =>
    expect(object.append(address, [event], [])).rejects.toThrow("the team was erased"),
  );
}

describe.each(["team", "organization"] as const)("an %s that is erased", (kind) => {
  test("leaves nothing behind, and its neighbour is untouched", async () => {
    const [neighbour, erased] = [await fillTenant(newWord()), await fillTenant(newWord())];
    await settle(neighbour.team);
    const { team } = erased;
    // A shard that is in use no more still has what it had.
    expect((await call("PATCH", `/api/teams/${team.id}`, { shards: 1 })).status).toBe(200);
    const before = await everythingStored([team, neighbour.team]);
    expect(remains(before, erased.word).length).toBeGreaterThan(60);

    const path = kind === "team" ? `/api/teams/${team.id}` : `/api/organizations/${erased.organizationId}`;
    const by = kind === "team" ? { token: erased.tokens.organization } : {};
    expect((await call("DELETE", path, undefined, by)).status).toBe(204);

    const after = await everythingStored([team, neighbour.team]);
    const left = remains(after, erased.word).filter((place) => !isOfOrganization(place, after, erased));
    expect(left).toEqual([]);
    if (kind === "organization") expect(remains(after, erased.word)).toEqual([]);
    expect(of(after, neighbour.word)).toEqual(of(before, neighbour.word));
    expect((await call("DELETE", path)).status).toBe(404);
    expect((await call("GET", "/api/token", undefined, { token: erased.tokens.team })).status).toBe(401);
  });

  /** A team's organization goes on: its plugins, its tokens and what was done to them are not the team's. */
  function isOfOrganization(place: string, all: Map<string, string>, tenant: Tenant): boolean {
    if (kind === "organization") return false;
    if (/^R2 plugins\/|^D1 (?:organization|plugin|plugin_version) /.test(place)) return true;
    const row = JSON.parse(all.get(place) ?? "{}") as Record<string, unknown>;
    return row["organization_id"] === tenant.organizationId && row["team_id"] === null;
  }

  test("does not come back to life", async () => {
    const tenant = await fillTenant(newWord());
    const path = kind === "team" ? `/api/teams/${tenant.team.id}` : `/api/organizations/${tenant.organizationId}`;
    expect((await call("DELETE", path)).status).toBe(204);
    for (const isRestarted of [false, true])
      for (const shard of [0, 1]) {
        const address = { teamId: tenant.team.id, shard };
        const stub = teamStub(env, address);
        if (isRestarted) await evictDurableObject(stub);
        await late(tenant, shard);
        await stub.tick(address, Date.now(), 0);
        await stub.reconfigure(address);
        expect(await runDurableObjectAlarm(stub)).toBe(false);
      }
    const stored = await everythingStored([tenant.team]);
    expect([...stored].filter(([place]) => place.startsWith("object"))).toEqual(
      [0, 1].flatMap((shard) => [
        [`object ${tenant.team.id}/${shard} erased`, "true"],
        [`object ${tenant.team.id}/${shard} alarm`, "null"],
      ]),
    );
    const { json } = await call("POST", "/api/teams", { name: "next" });
    expect(Number(json["id"])).toBeGreaterThan(tenant.team.id);
  });

  test("serves nobody while a part of it is left, and is erased when that is sent again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const tenant = await fillTenant(newWord());
    const path = kind === "team" ? `/api/teams/${tenant.team.id}` : `/api/organizations/${tenant.organizationId}`;
    const BLOBS = new Proxy(env.BLOBS, {
      get: (bucket, name: keyof R2Bucket) =>
        name === "delete" ? () => Promise.reject(new Error("R2 is down")) : bucket[name].bind(bucket),
    });
    const failed = await call("DELETE", path, undefined, { env: { BLOBS } });
    expect({ status: failed.status, detail: failed.json["detail"] }).toEqual({
      status: 503,
      detail: expect.stringContaining("Send this again"),
    });
    for (const [method, way] of [
      ["GET", path],
      ["PATCH", path],
      ["GET", `/api/plugin_configs/${tenant.configId}`],
      ["GET", `/api/teams/${tenant.team.id}/project_keys`],
    ] as const)
      expect((await call(method, way, method === "PATCH" ? { name: "x" } : undefined)).status, way).toBe(404);
    expect((await call("GET", "/api/token", undefined, { token: tenant.tokens.team })).status).toBe(401);
    await late(tenant, 0);
    expect((await call("DELETE", path)).status).toBe(204);
    const stored = await everythingStored([tenant.team]);
    expect(remains(stored, `attachment ${tenant.word}`)).toEqual([]);
    expect([...stored.keys()].filter((place) => place.startsWith("R2 teams/"))).toEqual(
      [...(await everythingStored([])).keys()].filter((place) => place.startsWith("R2 teams/")),
    );
  });
});

test("code that another organization has as well stays", async () => {
  const tenant = await fillTenant(newWord());
  const source = "export const processEvent = (event) => event; // the same";
  const same = async (id: number) => call("POST", "/api/plugins", { organization_id: id, name: "same", source });
  const { json: organization } = await call("POST", "/api/organizations", { name: "other" });
  await same(tenant.organizationId);
  expect((await same(Number(organization["id"]))).status).toBe(201);
  const before = [...(await everythingStored([]))].filter(([, text]) => text.includes("// the same"));
  expect((await call("DELETE", `/api/organizations/${tenant.organizationId}`)).status).toBe(204);
  const after = await everythingStored([]);
  for (const [place, text] of before) if (place.startsWith("R2")) expect(after.get(place)).toBe(text);
});

test("an organization stays whose plugins others use", async () => {
  const [owner, user] = [await fillTenant(newWord()), await fillTenant(newWord())];
  await call("PATCH", `/api/plugins/${owner.pluginId}`, { is_global: true });
  const { json: config } = await call("POST", "/api/plugin_configs", {
    team_id: user.team.id,
    plugin_id: owner.pluginId,
    config: {},
  });
  const path = `/api/organizations/${owner.organizationId}`;
  expect(await call("DELETE", path)).toMatchObject({ status: 400, json: { code: "invalid_input" } });
  expect((await call("GET", "/api/token", undefined, { token: owner.tokens.team })).status).toBe(200);
  expect((await call("DELETE", `/api/plugin_configs/${String(config["id"])}`)).status).toBe(204);
  expect((await call("DELETE", path)).status).toBe(204);
});

test("it is an organization's to erase its teams, the operator's to erase organizations, and nobody's to erase the Worker's own", async () => {
  const tenant = await fillTenant(newWord());
  const { organization, team } = tenant.tokens;
  expect((await call("DELETE", `/api/teams/${tenant.team.id}`, undefined, { token: team })).status).toBe(403);
  expect(
    (await call("DELETE", `/api/organizations/${tenant.organizationId}`, undefined, { token: organization })).status,
  ).toBe(403);
  expect((await call("DELETE", "/api/teams/1")).status).toBe(400);
  expect((await call("DELETE", "/api/organizations/1")).status).toBe(400);
});

test("the audit log says who erased what, and when", async () => {
  const tenant = await fillTenant(newWord());
  const { token, ...query } = { token: tenant.tokens.organization };
  expect(query).toEqual({});
  await call("DELETE", `/api/teams/${tenant.team.id}`, undefined, { token });
  const { json: own } = await call("GET", "/api/audit_log", undefined, { token });
  expect((own["results"] as unknown[])[0]).toMatchObject({
    scope: "teams",
    item_id: tenant.team.id,
    activity: "erased",
    actor: { role: "organization", token_id: tenant.tokenIds.organization },
  });
  await call("DELETE", `/api/organizations/${tenant.organizationId}`);
  const { json: all } = await call("GET", "/api/audit_log?limit=1000");
  const ofTenant = (all["results"] as Record<string, unknown>[]).filter(
    (entry) => entry["organization_id"] === tenant.organizationId || entry["item_id"] === tenant.organizationId,
  );
  expect(
    ofTenant.filter((entry) => entry["scope"] === "organizations" && entry["activity"] === "erased"),
  ).toMatchObject([{ actor: { role: "operator", token_id: null, label: null }, detail: {} }]);
  expect(ofTenant.filter((entry) => entry["organization_id"] === tenant.organizationId)).toEqual([]);
});

test.runIf(redis)("the cache at Upstash is erased, and a neighbour's keys that look alike are not", async () => {
  const tenant = await fillTenant(newWord());
  const settings = { UPSTASH_REDIS_REST_URL: redis?.url ?? "", UPSTASH_REDIS_REST_TOKEN: redis?.token ?? "" };
  const client = connectRedis({ url: settings.UPSTASH_REDIS_REST_URL, token: settings.UPSTASH_REDIS_REST_TOKEN });
  const { id } = tenant.team;
  const ours = Array.from({ length: 1500 }, (_, i) => `@plugin/${tenant.pluginId + (i % 3)}/${id}/key ${i}`);
  const others = [`@plugin/1/${id}0/a`, `@plugin/1/2${id}/a`, `@plugin/9/99999/${id}/a`, `@plugin/9/99999/x/${id}/a`];
  for (const key of [...ours, ...others]) await client.set(key, tenant.word);
  expect((await call("DELETE", `/api/teams/${id}`, undefined, { env: settings })).status).toBe(204);
  expect((await client.keys("@plugin/*")).filter((key) => ours.includes(key))).toEqual([]);
  for (const key of others) expect(await client.get(key), key).toBe(tenant.word);
});
