import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { teamStub } from "../../../../host/team/team-client.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env } from "../client.ts";

const db = await migratedRegistry();
const NAME = "Export historical events";
const EXPORTS = `export const exportEvents = (events) => console.log(events.length); export const jobs = { own: () => {} }`;

afterEach(() => {
  vi.unstubAllGlobals();
});

async function newConfig(
  source = EXPORTS,
  settings: object = { posthog_host: "https://posthog.test", personal_api_key: "phx_key" },
) {
  await call("GET", "/api/teams/1");
  const team = await newTeam(db);
  expect((await call("PATCH", `/api/teams/${team.id}`, settings)).status).toBe(200);
  const body = { name: `exports of ${team.id}`, source, organization_id: team.organizationId };
  const { json: plugin } = await call("POST", "/api/plugins", body);
  const { json } = await call("POST", "/api/plugin_configs", {
    team_id: team.id,
    plugin_id: plugin["id"],
    enabled: true,
  });
  const path = `/api/plugin_configs/${Number(json["id"])}`;
  return { team, path, createdAt: String(json["created_at"]) };
}

const begin = (path: string, payload?: object) => call("POST", `${path}/job`, { job: { type: NAME, payload } });

test("the export of old events is a public job of each plugin with exportEvents, and tells how far it has come", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const { searchParams } = new URL(url);
    asked.push(`${searchParams.get("after")} ${searchParams.get("before")}`);
    return Response.json({ results: [{ id: "u", event: "old", timestamp: searchParams.get("after") }], next: null });
  });
  const { path, team, createdAt } = await newConfig();
  expect((await call("GET", `${path}/historical_export`)).status).toBe(404);
  expect((await call("DELETE", `${path}/historical_export`)).status).toBe(404);
  const begun = await begin(path, { dateFrom: "2026-01-31", dateTo: "2026-01-31T00:10:00Z" });
  expect({ status: begun.status, json: begun.json }).toEqual({ status: 201, json: { id: null, shard: 0 } });
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(teamStub(env, { teamId: team.id, shard: 0 }));
    const { json } = await call("GET", `${path}/historical_export`);
    expect(json).toMatchObject({
      state: "done",
      date_from: "2026-01-31T00:00:00.000Z",
      date_to: "2026-01-31T00:10:00.000Z",
      reached: "2026-01-31T00:10:00.000Z",
      progress: 1,
      error: null,
    });
  });
  expect(asked).toEqual(["2026-01-30T23:59:59.999Z 2026-01-31T00:10:00.000Z"]);

  vi.stubGlobal("fetch", async () => new Response("later", { status: 503 }));
  expect((await begin(path)).status).toBe(201);
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(teamStub(env, { teamId: team.id, shard: 0 }));
    expect((await call("GET", `${path}/historical_export`)).json).toMatchObject({
      state: "running",
      date_from: null,
      date_to: createdAt,
      progress: null,
      attempts: 1,
      error: "PostHog answered 503: later",
    });
  });
  expect((await begin(path)).json).toMatchObject({
    status: 400,
    detail: expect.stringContaining("The job was not taken: one is under way since"),
  });
  expect((await call("DELETE", `${path}/historical_export`)).status).toBe(204);
  expect((await call("GET", `${path}/historical_export`)).json).toMatchObject({ state: "cancelled", due: null });
});

test.each([
  ["a date that is none", { dateFrom: "soon" }, "job__payload__dateFrom", /must be a date/],
  [
    "an end before the beginning",
    { dateFrom: "2026-02-01", dateTo: "2026-01-01" },
    "job__payload__dateFrom",
    /^job__payload__dateFrom is not before 2026-01-01T00:00:00.000Z, where the export ends\.$/,
  ],
  [
    "a beginning after the config's own",
    { dateFrom: "2999-01-01" },
    "job__payload__dateFrom",
    /the time when the config was made/,
  ],
  [
    "a field that it has not",
    { parallelism: 5 },
    "job__payload__parallelism",
    /is not a field of this job, which has dateFrom, dateTo/,
  ],
])("is refused with %s", async (_, payload, attr, detail) => {
  const { path } = await newConfig();
  expect((await begin(path, payload)).json).toMatchObject({ status: 400, attr, detail: expect.stringMatching(detail) });
});

test("is refused without a key for PostHog's API, and the answer says what to set", async () => {
  const { path, team } = await newConfig(EXPORTS, { posthog_host: "https://posthog.test" });
  expect((await begin(path, { dateFrom: "2026-01-01" })).json).toMatchObject({
    status: 400,
    code: "job_refused",
    detail: `The job was not taken: team ${team.id} has no personal key for PostHog's API; set its "personal_api_key": PATCH /api/teams/${team.id}.`,
  });
});

test("is no job of a plugin without exportEvents", async () => {
  const { path } = await newConfig("export const processEvent = (event) => event");
  expect((await begin(path)).json).toMatchObject({ status: 400, attr: "job__type", code: "does_not_exist" });
});
