import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { accept } from "../../../../host/accept.ts";
import type { JsonObject, Message } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { shardsOf, teamStub } from "../../../../host/team/team-client.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process } from "../client.ts";

const db = await migratedRegistry();

const SOURCE = `export function processEvent(event) {
  if (event.event === "drop") return null;
  if (event.event === "throw") throw new Error("no row " + event.properties.row + " in " + event.uuid);
  if (event.event === "words") throw new Error("word " + event.properties.word);
  console.info("Seen " + event.event);
  return event;
}`;
const BATCH = `export const processEventBatch = (events) => events.filter(({ event }) => event !== "drop");`;

async function teamWith(source: string): Promise<{ team: Team; configId: number }> {
  const token = `phc_insight_${crypto.randomUUID()}`;
  const team = await createTeam(db, 1, { name: "Insight", token, shards: 2 }, 1);
  const { json: plugin } = await call("POST", "/api/plugins", { name: `insight ${token}`, source });
  const body = { team_id: team.id, plugin_id: plugin["id"], enabled: true, on_error: "pass" };
  const { json } = await call("POST", "/api/plugin_configs", body);
  return { team, configId: Number(json["id"]) };
}

const resultsOf = async (path: string): Promise<JsonObject[]> =>
  (await call("GET", path)).json["results"] as JsonObject[];

beforeAll(async () => {
  await call("GET", "/api/teams/1");
});

describe("a team with a plugin that now and then fails", () => {
  let team: Team;
  let configId: number;
  let sent: Message[];

  beforeAll(async () => {
    ({ team, configId } = await teamWith(SOURCE));
    sent = ["ok", "drop", "throw", "throw", "throw"].map((event, row) =>
      message(team.id, { event, distinct_id: `person ${row}`, properties: { row } }),
    );
    await process(team, sent);
  });

  test("has its outcomes found by event, config and function", async () => {
    const list = `/api/outcomes?team_id=${team.id}`;
    const [, dropped, threw] = sent;
    expect(await resultsOf(`${list}&event_uuid=${dropped?.event.uuid}`)).toMatchObject([
      { kind: "dropped", plugin_config_id: configId, function: "processEvent", duration_ms: expect.any(Number) },
    ]);
    expect(await resultsOf(`${list}&event_uuid=${threw?.event.uuid}&kind=threw`)).toHaveLength(1);
    expect(await resultsOf(`${list}&event_uuid=${threw?.event.uuid}&kind=dropped`)).toEqual([]);
    expect(await resultsOf(`${list}&event_uuid=none`)).toEqual([]);
    expect(await resultsOf(`${list}&plugin_config_id=${configId + 1}`)).toEqual([]);
    expect(await resultsOf(`${list}&kind=threw&function=processEvent`)).toHaveLength(3);
    expect(await resultsOf(`${list}&function=onEvent`)).toEqual([]);
  });

  test("has its log searched by type and words", async () => {
    const list = `/api/logs?team_id=${team.id}`;
    expect(await resultsOf(`${list}&search=SEEN`)).toMatchObject([{ message: "Seen ok", type: "INFO" }]);
    expect(await resultsOf(`${list}&type=error`)).toHaveLength(3);
    expect(await resultsOf(`${list}&search=${encodeURIComponent("%' or 1=1")}`)).toEqual([]);
  });

  test("has failures that differ in numbers and ids alone told as one, over all shards", async () => {
    const errors = await resultsOf(`/api/teams/${team.id}/errors`);
    expect(errors).toMatchObject([
      {
        plugin_config_id: configId,
        function: "processEvent",
        kind: "threw",
        count: 3,
        message: expect.stringMatching(/^Error: no row \d in /),
      },
    ]);
    expect(sent.map(({ event }) => event.uuid)).toContain(errors[0]?.["event_uuid"]);
    expect(await resultsOf(`/api/teams/${team.id}/errors?plugin_config_id=${configId + 1}`)).toEqual([]);
    const path = `/api/teams/${team.id}/errors/${String(errors[0]?.["id"])}`;
    expect((await call("GET", path)).json).toMatchObject(errors[0] ?? {});
    expect((await call("GET", path.replace(`/${team.id}/`, "/1/"))).status).toBe(404);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("DELETE", path)).status).toBe(404);
    expect(await resultsOf(`/api/teams/${team.id}/errors`)).toEqual([]);
  });

  test.each(["minute", "hour"])("has its calls counted by %s, and still after a restart", async (interval) => {
    const path = `/api/teams/${team.id}/metrics?interval=${interval}&plugin_config_id=${configId}`;
    const check = async (): Promise<void> => {
      const of = (await resultsOf(path)).filter((each) => each["function"] === "processEvent");
      const outcomes = of.map((each) => each["outcomes"] as Record<string, number>);
      const sum = (kind: string): number => outcomes.reduce((all, each) => all + (each[kind] ?? 0), 0);
      expect([sum("ok"), sum("dropped"), sum("threw")]).toEqual([1, 1, 3]);
      expect(of[0]).toMatchObject({ fuel: { p50: expect.any(Number), p99: expect.any(Number) } });
      expect(of.every(({ fuel }) => Number((fuel as JsonObject)["sum"]) > 0)).toBe(true);
    };
    await check();
    for (const address of shardsOf(team))
      await runInDurableObject(teamStub(env, address), (_, state) => state.abort("ended")).catch(() => undefined);
    await check();
  });

  test("has no calls counted outside of the time that was asked for", async () => {
    const path = `/api/teams/${team.id}/metrics?interval=hour`;
    expect(await resultsOf(`${path}&from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z`)).toEqual([]);
    const { status, json } = await call("GET", `${path}&from=yesterday`);
    expect({ status, attr: json["attr"] }).toEqual({ status: 400, attr: "from" });
    expect((await call("GET", `/api/teams/${team.id}/metrics?interval=day`)).status).toBe(400);
  });
});

test("a plugin with ever new words has a bounded number of errors", async () => {
  const { team } = await teamWith(SOURCE);
  const letter = (i: number): string => String.fromCharCode(103 + (i % 16));
  const messages = Array.from({ length: 120 }, (_, i) => {
    const word = `${letter(i)}${letter(i >> 4)}`;
    return message(team.id, { event: "words", distinct_id: "one", properties: { word } });
  });
  await process(team, messages);
  expect(await resultsOf(`/api/teams/${team.id}/errors`)).toHaveLength(100);
});

test("an event that was dropped out of a batch is found by its uuid", async () => {
  const { team } = await teamWith(BATCH);
  const messages = ["a", "drop", "b"].map((event) => message(team.id, { event, distinct_id: "one" }));
  await accept(env, { teamId: team.id, shards: team.shards }, messages, []);
  await vi.waitFor(async () => {
    for (const address of shardsOf(team)) await runDurableObjectAlarm(teamStub(env, address));
    const found = await resultsOf(`/api/outcomes?team_id=${team.id}&event_uuid=${messages[1]?.event.uuid}`);
    expect(found).toMatchObject([{ function: "processEventBatch" }]);
  }, 20_000);
});
