import { beforeAll, describe, expect, test } from "vitest";
import { version } from "../../../../package.json";
import { openRegistry } from "../../../../host/store/registry.ts";
import { putRollUp } from "../../../../host/store/roll-ups.ts";
import type { Counters } from "../../../../host/team/insight/counters.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, passesThrough, process, tokenOf } from "../client.ts";
import { readExposition } from "./read-exposition.ts";

const db = await migratedRegistry();

const teamOf = (shards: number): Promise<Team> =>
  createTeam(db, 1, { name: "Metrics", token: `phc_${crypto.randomUUID()}`, shards }, 1);

async function scrape() {
  const { status, headers, text = "" } = await call("GET", "/metrics", undefined, { raw: true });
  expect(status).toBe(200);
  expect(headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return readExposition(text);
}

/** What the samples of a team have: of each its labels but the team, and its number. */
async function numbersOf({ id }: { id: number }, name: string): Promise<Record<string, number>> {
  const samples = (await scrape())[name]?.samples.filter(({ labels }) => labels["team"] === String(id)) ?? [];
  return Object.fromEntries(
    samples.map(({ labels, value }) => {
      const others = Object.entries(labels).filter(([label]) => label !== "team");
      return [others.map(([, text]) => text).join(" "), value];
    }),
  );
}

const counters = (delivered: number, calls: Counters["calls"] = []): Counters => ({
  calls,
  egress: [],
  events: { accepted: delivered, created: 0, delivered, dropped: 0, dead: 0, rejected: 0 },
  waiting: { inbox: 1, outbox: 0, follow_ups: 0, webhooks: 0, jobs: 2 },
  deadLetters: 0,
  settled: { calls: [], egress: [], until: 0 },
});

beforeAll(async () => {
  await call("GET", "/api/teams/1");
});

describe("what Prometheus is told", () => {
  test("is what a team's events and plugins came to", async () => {
    const team = await teamOf(1);
    const source = `export function processEvent(event) { if (event.event === "drop") return null; if (event.event === "throw") throw new Error("no"); return event; }`;
    const { json: plugin } = await call("POST", "/api/plugins", { name: "counted", source });
    const body = { team_id: team.id, plugin_id: plugin["id"], enabled: true, on_error: "pass" };
    const { json: config } = await call("POST", "/api/plugin_configs", body);
    const events = ["ok", "ok", "drop", "throw"].map((event) => message(team.id, { event }));
    await process(team, events);
    await expect
      .poll(() => numbersOf(team, "hoglet_events_total"), { timeout: 20_000 })
      .toMatchObject({ accepted: 4, dropped: 1 });
    const id = String(config["id"]);
    expect(await numbersOf(team, "hoglet_plugin_calls_total")).toMatchObject({
      [`${id} processEvent ok`]: 2,
      [`${id} processEvent dropped`]: 1,
      [`${id} processEvent threw`]: 1,
    });
    const fuel = await numbersOf(team, "hoglet_plugin_fuel_total");
    expect(fuel[`${id} processEvent`]).toBeGreaterThan(0);
    expect((await scrape())["hoglet_build_info"]?.samples).toEqual([{ labels: { version }, value: 1 }]);
  });

  test("adds up the shards of a team, and no team with another", async () => {
    const [team, other] = [await teamOf(2), await teamOf(1)];
    const call1 = { pluginConfigId: 5, function: "runEveryMinute", kinds: { ok: 2 }, fuel: 10, duration: 1500 };
    await putRollUp(db, { teamId: team.id, shard: 0, counters: counters(3, [call1]), at: 1000 });
    await putRollUp(db, { teamId: team.id, shard: 1, counters: counters(4, [call1]), at: 3000 });
    await putRollUp(db, { teamId: other.id, shard: 0, counters: counters(50), at: 2000 });
    expect(await numbersOf(team, "hoglet_events_total")).toMatchObject({ delivered: 7 });
    expect(await numbersOf(other, "hoglet_events_total")).toMatchObject({ delivered: 50 });
    expect(await numbersOf(team, "hoglet_in_flight")).toMatchObject({ inbox: 2, jobs: 4 });
    expect(await numbersOf(team, "hoglet_jobs_total")).toEqual({ "runEveryMinute ok": 4 });
    expect(await numbersOf(team, "hoglet_plugin_wait_seconds_total")).toEqual({ "5 runEveryMinute": 3 });
    expect(await numbersOf(team, "hoglet_roll_up_timestamp_seconds")).toEqual({ "": 3 });
  });

  test("has nothing of a team that is gone, or comes late", async () => {
    const team = await teamOf(1);
    await putRollUp(db, { teamId: team.id, shard: 0, counters: counters(3), at: 1000 });
    expect((await call("DELETE", `/api/teams/${team.id}`)).status).toBe(204);
    await putRollUp(openRegistry(env), { teamId: team.id, shard: 0, counters: counters(4), at: 2000 });
    expect(await numbersOf(team, "hoglet_events_total")).toEqual({});
  });

  test("goes over more objects than are read at once", async () => {
    const team = await teamOf(1);
    for (let shard = 0; shard < 450; shard++)
      await putRollUp(db, { teamId: team.id, shard, counters: counters(1), at: 1000 });
    expect(await numbersOf(team, "hoglet_events_total")).toMatchObject({ delivered: 450 });
  });

  test("is the operator's to know, on the admin host", async () => {
    const token = await tokenOf({ organizationId: 1 });
    expect((await call("GET", "/metrics", undefined, { token })).status).toBe(403);
    expect((await call("GET", "/metrics", undefined, { headers: { Authorization: "" } })).status).toBe(401);
    expect(await passesThrough("/metrics", {}, { ADMIN_HOST: "admin.test" })).toBe(true);
  });
});
