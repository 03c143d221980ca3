import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { nextDay, QUOTA_NAMES, QUOTAS } from "../../../../host/team/quotas/quotas.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();
const SOURCE = `export async function processEvent(event, { storage, cache, jobs }) {
  console.log("a line");
  await storage.set(event.distinct_id, "1234");
  await cache.set("k", "v");
  await jobs.later().runIn(1, "day");
  event.properties.ran = true;
  return event;
}
export const jobs = { later: () => undefined };`;

let pluginId: number;
let team: Team;
let configId: number;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const { json } = await call("POST", "/api/plugins", { name: `usage ${crypto.randomUUID()}`, source: SOURCE });
  pluginId = Number(json["id"]);
});

beforeEach(async () => {
  team = await createTeam(db, 1, { name: "Usage", token: `phc_usage_${crypto.randomUUID()}`, shards: 2 }, 1);
  const { json } = await call("POST", "/api/plugin_configs", { team_id: team.id, plugin_id: pluginId, enabled: true });
  configId = Number(json["id"]);
});

async function usage(options = {}): Promise<{ of: Record<string, JsonObject>; warnings: string[]; json: JsonObject }> {
  const { json } = await call("GET", `/api/teams/${team.id}/usage`, undefined, options);
  const quotas = json["quotas"] as JsonObject[];
  const of = Object.fromEntries(quotas.map((quota) => [String(quota["name"]), quota]));
  return { of, warnings: json["warnings"] as string[], json };
}

const setQuotas = (quotas: unknown, options = {}) => call("PATCH", `/api/teams/${team.id}`, { quotas }, options);

/** One for each of some people, who are spread over both shards. */
const send = (...people: string[]) =>
  process(
    team,
    people.map((distinct_id) => message(team.id, { distinct_id })),
  );

describe("usage", () => {
  test("has every quota with its limit, and nothing used of a team that did nothing", async () => {
    const before = Date.now();
    const { of, warnings } = await usage({ token: await tokenOf({ teamId: team.id }, ["read"]) });
    expect(Object.keys(of)).toEqual(QUOTA_NAMES);
    for (const name of QUOTA_NAMES) expect(of[name]).toMatchObject({ limit: QUOTAS[name].byDefault, percent: 0 });
    expect([nextDay(before), nextDay(Date.now())]).toContain(Date.parse(String(of["fuel_per_day"]?.["resets_at"])));
    expect(of["storage_keys"]?.["resets_at"]).toBeNull();
    expect(warnings).toEqual([]);
  });

  test("adds up what all shards have used and hold", async () => {
    await send("a", "b", "c", "d");
    const { of } = await usage();
    const used = (name: string) => Number(of[name]?.["used"]);
    expect(used("fuel_per_day")).toBeGreaterThan(0);
    // Each shard also says that it has loaded the plugin.
    expect(used("log_lines_per_day")).toBe(4 + 2);
    expect(used("pending_jobs")).toBe(4);
    expect([used("storage_keys"), used("storage_bytes")]).toEqual([4, 4 * `a"1234"`.length]);
    expect(used("cache_keys")).toBe(1);
    expect(used("cache_bytes")).toBe(`@plugin/${pluginId}/${team.id}/k=v`.length + '""'.length);
    expect(used("dead_letter_bytes")).toBe(0);
  });

  test("warns from 80 % on", async () => {
    await send("a", "b", "c", "d");
    await setQuotas({ storage_keys: 5, pending_jobs: 4, cache_keys: 2 });
    const { of, warnings } = await usage();
    expect(of["storage_keys"]).toMatchObject({ used: 4, limit: 5, percent: 80 });
    expect(warnings).toEqual([
      "100 % of the quota pending_jobs are used, 4 of 4: no more jobs are taken.",
      "80 % of the quota storage_keys are used, 4 of 5. When nothing is left, no new keys are stored.",
    ]);
  });

  test("says nothing of a cache that is kept elsewhere", async () => {
    const settings = { UPSTASH_REDIS_REST_URL: "https://redis.test", UPSTASH_REDIS_REST_TOKEN: "t" };
    const { of } = await usage({ env: { ...env, ...settings } });
    expect(of["cache_keys"]).toMatchObject({ used: null, percent: null });
    expect(of["cache_bytes"]).toMatchObject({ used: null, percent: null });
  });
});

describe("quotas", () => {
  test("are the operator's to change, each by itself, and anybody's of the team to see", async () => {
    expect((await setQuotas({ fuel_per_day: 5, storage_keys: 0 })).json["quotas"]).toEqual({
      fuel_per_day: 5,
      storage_keys: 0,
    });
    expect((await setQuotas({ storage_keys: null, pending_jobs: 7 })).json["quotas"]).toEqual({
      fuel_per_day: 5,
      pending_jobs: 7,
    });
    for (const token of [await tokenOf({ teamId: team.id }), await tokenOf({ organizationId: 1 })]) {
      expect((await setQuotas({ fuel_per_day: 6 }, { token })).status).toBe(403);
      expect((await setQuotas({ fuel_per_day: null }, { token })).status).toBe(403);
      const { json } = await call("GET", `/api/teams/${team.id}`, undefined, { token });
      expect(json["quotas"]).toEqual({ fuel_per_day: 5, pending_jobs: 7 });
      expect((await usage({ token })).of["fuel_per_day"]).toMatchObject({ limit: 5 });
    }
    const named = { name: "New", quotas: { fuel_per_day: 1 } };
    const token = await tokenOf({ organizationId: 1 });
    expect((await call("POST", "/api/teams", named, { token })).status).toBe(400);
    expect((await setQuotas({ fuel_per_day: null, pending_jobs: null })).json["quotas"]).toEqual({});
  });

  test.each([
    [{ fuel: 1 }, "quotas"],
    [{ fuel_per_day: -1 }, "quotas__fuel_per_day"],
    [{ fuel_per_day: 1.5 }, "quotas__fuel_per_day"],
    [{ fuel_per_day: "9" }, "quotas__fuel_per_day"],
    [{ fuel_per_day: 1e300 }, "quotas__fuel_per_day"],
    [[1], "quotas"],
    [null, "quotas"],
  ])("%j are refused", async (quotas, attr) => {
    const answer = await setQuotas(quotas);
    expect(answer.status).toBe(400);
    expect(String(answer.json["attr"])).toContain(attr.split("__")[0]);
    expect((await call("GET", `/api/teams/${team.id}`)).json["quotas"]).toEqual({});
  });

  test("a name that objects have already is none", async () => {
    const body = '{"quotas": {"__proto__": 1, "constructor": 2}}';
    expect((await call("PATCH", `/api/teams/${team.id}`, body)).status).toBe(400);
  });

  test("hold for the next event, and the outcome names the quota, its size and when it begins anew", async () => {
    await send("a");
    await setQuotas({ fuel_per_day: 1 });
    await send("a");
    const { json } = await call("GET", `/api/recent-events?team_id=${team.id}&limit=1`);
    const [event] = json["results"] as { after: JsonObject; outcomes: JsonObject[] }[];
    expect(event?.after["properties"]).not.toHaveProperty("ran");
    expect(event?.outcomes).toMatchObject([
      { kind: "limit", limit: "fuel_per_day", value: 1, fuel: 0, resets_at: expect.stringMatching(/T00:00:00\.000Z$/) },
    ]);
    const { json: logs } = await call("GET", `/api/logs?team_id=${team.id}&search=quota`);
    expect(logs["results"]).toMatchObject([{ plugin_config_id: null, source: "SYSTEM", type: "WARN" }]);
  });

  test("are the same for any number of shards, which the team may change", async () => {
    await send("a", "b");
    await setQuotas({ fuel_per_day: 1 });
    const token = await tokenOf({ teamId: team.id });
    for (const shards of [1, 8]) {
      expect((await call("PATCH", `/api/teams/${team.id}`, { shards }, { token })).status).toBe(200);
      team = { ...team, shards };
      await send(...Array.from({ length: 12 }, (_, i) => `person ${i}`));
      const { json } = await call("GET", `/api/recent-events?team_id=${team.id}&limit=12`);
      const events = json["results"] as { after: { properties: JsonObject } }[];
      expect(events).toHaveLength(12);
      expect(events.filter(({ after }) => after.properties["ran"])).toEqual([]);
    }
  });

  test("count what dry runs use, and end them", async () => {
    const path = `/api/plugin_configs/${configId}/dry_run`;
    const event = { event: "tried", distinct_id: "a" };
    expect((await call("POST", path, { event })).json).toMatchObject({ results: [{ outcome: { kind: "ok" } }] });
    const { of } = await usage();
    expect(of["fuel_per_day"]?.["used"]).toBeGreaterThan(0);
    expect(of["log_lines_per_day"]).toMatchObject({ used: 0 });
    await setQuotas({ fuel_per_day: 1 });
    expect((await call("POST", path, { event })).json).toMatchObject({
      results: [{ outcome: { kind: "limit", message: expect.stringContaining("fuel_per_day") }, after: event }],
    });
  });
});
