import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { accept } from "../../../../host/accept.ts";
import { DEMO_TEAM_ID } from "../../../../host/store/seed.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { deadLetter, logEntry, outcome } from "../../../../host/team/schema.ts";
import { openDatabase } from "../../../../host/team/database.ts";
import { teamStub } from "../../../../host/team/team-client.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();
let other: Team;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  other = await newTeam(db);
});

/** A new team of the operator's organization. */
async function teamWith(shards: number): Promise<Team> {
  return createTeam(db, 1, { name: "Lists", token: `phc_lists_${crypto.randomUUID()}`, shards }, 1);
}

/** The answers of a list, page by page. */
async function pagesOf(path: string): Promise<Record<string, unknown>[][]> {
  const pages: Record<string, unknown>[][] = [];
  for (let next: string | null = path; next !== null;) {
    const { status, json } = await call("GET", next);
    expect(status).toBe(200);
    pages.push(json["results"] as Record<string, unknown>[]);
    const url = json["next"] as string | null;
    next = url === null ? null : url.replace("https://hoglet.test", "");
  }
  return pages;
}

describe("events", () => {
  test("are listed as they left, newest first", async () => {
    const team = await teamWith(1);
    await process(team, [
      message(team.id, { event: "first", properties: { a: 1 } }),
      message(team.id, { event: "second" }),
    ]);
    const { json } = await call("GET", `/api/events?team_id=${team.id}`);
    expect(json).toMatchObject({ results: [{ event: "second" }, { event: "first", distinct_id: "me" }], next: null });
    expect(json["results"]).toMatchObject([{}, { properties: { a: 1 }, timestamp: expect.stringMatching(/Z$/) }]);
  });

  test.each([1, 3])("are paged over %i shards", async (shards) => {
    const team = await teamWith(shards);
    const messages = Array.from({ length: 25 }, (_, index) =>
      message(team.id, { event: `event ${index}`, distinct_id: `person ${index}` }),
    );
    await process(team, messages);
    const pages = await pagesOf(`/api/events?team_id=${team.id}&limit=10`);
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat().map((event) => event["event"])).toEqual(messages.map(({ event }) => event.event).toReversed());
  });

  test("are at most 1000 on a page", async () => {
    const { status } = await call("GET", `/api/events?team_id=${DEMO_TEAM_ID}&limit=100000`);
    expect(status).toBe(200);
  });

  test.each([
    ["", "team_id", "required"],
    ["team_id=", "team_id", "invalid_input"],
    ["team_id=one", "team_id", "invalid_input"],
    ["team_id=1&limit=0", "limit", "invalid_input"],
    ["team_id=1&limit=-5", "limit", "invalid_input"],
    ["team_id=1&limit=1e3", "limit", "invalid_input"],
    ["team_id=1&before=abc", "before", "invalid_input"],
    ["team_id=1&before=1,2", "before", "invalid_input"],
  ])("are refused to ?%s", async (query, attr, code) => {
    const { status, json } = await call("GET", `/api/events?${query}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({ type: "validation_error", code, attr });
  });

  test("of other organizations do not exist", async () => {
    const token = await tokenOf({ organizationId: 1 });
    for (const id of [other.id, 999_999]) {
      const { status, json } = await call("GET", `/api/events?team_id=${id}`, undefined, { token });
      expect(status).toBe(404);
      expect(json).toMatchObject({ code: "not_found", detail: `There is no team ${id}.` });
    }
  });
});

test("recent events show before, after and outcomes", async () => {
  const team = await teamWith(2);
  await process(team, [
    message(team.id, { event: "one", distinct_id: "a" }),
    message(team.id, { event: "two", distinct_id: "b" }),
    message(team.id, { event: "three", distinct_id: "c" }),
  ]);
  const { json } = await call("GET", `/api/recent-events?team_id=${team.id}&limit=2`);
  expect(json["results"]).toHaveLength(2);
  expect(json["results"]).toMatchObject([
    { before: { team_id: team.id }, after: { distinct_id: expect.any(String) }, outcomes: [] },
    {},
  ]);
  expect(json["next"]).toBeNull();
});

test("ingestion warnings are listed", async () => {
  const team = await teamWith(1);
  const rejection = { index: 0, code: "missing_event" as const, detail: "no name", item: "{}" };
  await accept(env, { teamId: team.id, shards: 1 }, [], [rejection]);
  const { json } = await call("GET", `/api/ingestion-warnings?team_id=${team.id}`);
  expect(json["results"]).toMatchObject([{ code: "missing_event", detail: "no name", item: "{}" }]);
});

describe("what the team's object keeps", () => {
  let team: Team;
  const said = Date.now() - 60_000;

  beforeAll(async () => {
    team = await teamWith(1);
    const address = { teamId: team.id, shard: 0 };
    const stub = teamStub(env, address);
    await stub.append(address, [], []);
    await runInDurableObject(stub, async (_, { storage }) => {
      const tables = await openDatabase(storage);
      const attribution = { pluginConfigId: 7, plugin: "p", version: "v" };
      for (const kind of ["dropped", "threw"]) {
        const ending = JSON.stringify({ teamId: team.id, ...attribution, function: "processEvent", kind, fuel: 3 });
        tables
          .insert(outcome)
          .values({ at: 1, eventUuid: "u", ...attribution, kind, outcome: ending })
          .run();
      }
      for (const pluginConfigId of [7, 8])
        tables
          .insert(logEntry)
          .values({ at: said + pluginConfigId, pluginConfigId, source: "CONSOLE", type: "LOG", message: "hi" })
          .run();
      const body = JSON.stringify({ event: "refused" });
      tables.insert(deadLetter).values({ uuid: "u", body, status: 400, answer: "no", at: 3 }).run();
    });
  });

  test("outcomes, all or of one kind", async () => {
    const { json } = await call("GET", `/api/outcomes?team_id=${team.id}`);
    expect(json["results"]).toMatchObject([
      { kind: "threw" },
      { kind: "dropped", plugin_config_id: 7, event_uuid: "u" },
    ]);
    const { json: dropped } = await call("GET", `/api/outcomes?team_id=${team.id}&kind=dropped`);
    expect(dropped["results"]).toMatchObject([
      { kind: "dropped", function: "processEvent", timestamp: "1970-01-01T00:00:00.001Z" },
    ]);
    const { status, json: error } = await call("GET", `/api/outcomes?team_id=${team.id}&kind=exploded`);
    expect({ status, attr: error["attr"] }).toEqual({ status: 400, attr: "kind" });
  });

  test("one outcome by its number", async () => {
    const { json } = await call("GET", `/api/outcomes/1?team_id=${team.id}`);
    expect(json).toMatchObject({ id: 1, shard: 0, kind: "dropped", event_uuid: "u" });
    for (const path of [`3?team_id=${team.id}`, `1?team_id=${team.id}&shard=1`, `1?team_id=${team.id}&shard=99`])
      expect((await call("GET", `/api/outcomes/${path}`)).status).toBe(404);
    expect((await call("GET", "/api/outcomes/1")).status).toBe(400);
  });

  test("what is later, or earlier, than a time, page by page", async () => {
    const at = (ms: number): string => new Date(ms).toISOString();
    const found = async (query: string): Promise<number> => (await pagesOf(`/api/${query}&limit=1`)).flat().length;
    const logs = `logs?team_id=${team.id}`;
    expect(await found(`${logs}&after=${at(said + 7)}`)).toBe(1);
    expect(await found(`${logs}&before=${at(said + 8)}`)).toBe(1);
    expect(await found(`${logs}&after=${at(said)}&before=${at(said + 9)}`)).toBe(2);
    expect(await found(`${logs}&after=${at(said + 7)}&before=${at(said + 8)}`)).toBe(0);
    const outcomes = `outcomes?team_id=${team.id}`;
    expect(await found(`${outcomes}&before=${at(2)}`)).toBe(2);
    expect(await found(`${outcomes}&before=${at(1)}`)).toBe(0);
    expect(await found(`${outcomes}&after=${at(1)}`)).toBe(0);
    for (const [field, value] of [
      ["after", "yesterday"],
      ["after", "3"],
      ["before", "2026-13-01T00:00:00Z"],
    ] as const) {
      const { status, json } = await call("GET", `/api/${logs}&${field}=${value}`);
      expect({ status, attr: json["attr"] }).toEqual({ status: 400, attr: field });
    }
  });

  test("no logs that are older than the team wants them", async () => {
    const DAY_MS = 86_400_000;
    await runInDurableObject(teamStub(env, { teamId: team.id, shard: 0 }), async (_, { storage }) => {
      const old = { at: Date.now() - 3 * DAY_MS, pluginConfigId: 9, source: "CONSOLE", type: "LOG", message: "old" };
      (await openDatabase(storage))
        .insert(logEntry)
        .values(old as typeof logEntry.$inferInsert)
        .run();
    });
    const list = `/api/logs?team_id=${team.id}&plugin_config_id=9`;
    expect((await call("GET", list)).json["results"]).toHaveLength(1);
    expect((await call("PATCH", `/api/teams/${team.id}`, { log_retention_days: 2 })).status).toBe(200);
    expect((await call("GET", list)).json["results"]).toEqual([]);
    for (const days of [0, 31, 1.5]) {
      const { status, json } = await call("PATCH", `/api/teams/${team.id}`, { log_retention_days: days });
      expect({ status, attr: json["attr"] }).toEqual({ status: 400, attr: "log_retention_days" });
    }
  });

  test("logs, all or of one config, page by page", async () => {
    expect((await pagesOf(`/api/logs?team_id=${team.id}&limit=1`)).flat()).toMatchObject([
      { plugin_config_id: 8 },
      { plugin_config_id: 7, source: "CONSOLE", type: "LOG", message: "hi" },
    ]);
    const { json } = await call("GET", `/api/logs?team_id=${team.id}&plugin_config_id=7`);
    expect(json["results"]).toMatchObject([{ plugin_config_id: 7 }]);
  });

  test("dead letters", async () => {
    const { json } = await call("GET", `/api/dead-letters?team_id=${team.id}`);
    expect(json["results"]).toEqual([
      {
        id: 1,
        shard: 0,
        uuid: "u",
        timestamp: "1970-01-01T00:00:00.003Z",
        status: 400,
        answer: "no",
        event: { event: "refused" },
        plugin_config_id: null,
        function: null,
      },
    ]);
  });
});
