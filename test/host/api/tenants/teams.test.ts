import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openSecret, placeOf } from "../../../../host/secrets/registry-secrets.ts";
import { createTeam, type Team, teamById } from "../../../../host/store/teams.ts";
import { findTeam } from "../../../../host/store/team-lookup.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const db = await migratedRegistry();
let team: Team;
let token: string;

beforeEach(async () => {
  await call("GET", "/api/teams/1");
  token = `phc_teams_${crypto.randomUUID()}`;
  team = await createTeam(db, 1, { name: "Teams", token, posthogApiKey: "phc_hidden" }, 1);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a team", () => {
  test("is shown without the key that it delivers with", async () => {
    const { status, json } = await call("GET", `/api/teams/${team.id}`);
    expect(status).toBe(200);
    expect(json).toEqual({
      id: team.id,
      organization_id: 1,
      name: "Teams",
      posthog_host: null,
      has_personal_api_key: false,
      shards: 1,
      anonymize_ips: false,
      note_plugins: false,
      log_retention_days: 7,
      quotas: {},
      created_at: "1970-01-01T00:00:00.001Z",
      updated_at: "1970-01-01T00:00:00.001Z",
    });
  });

  test("takes changes, which capture sees at once", async () => {
    await findTeam(env, token, Date.now());
    const changes = {
      name: "Renamed",
      posthog_host: "https://eu.i.posthog.com/",
      posthog_api_key: "phc_real",
      shards: 2,
      anonymize_ips: true,
    };
    const { status, json } = await call("PATCH", `/api/teams/${team.id}`, changes);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      name: "Renamed",
      posthog_host: "https://eu.i.posthog.com",
      shards: 2,
      anonymize_ips: true,
    });
    expect(JSON.stringify(json)).not.toContain("phc_real");
    expect(await findTeam(env, token, Date.now())).toMatchObject({ posthogApiKey: "phc_real", shards: 2 });
  });

  test("keeps its personal key encrypted, and shows no more than that it is there", async () => {
    const { status, json } = await call("PATCH", `/api/teams/${team.id}`, { personal_api_key: "phx_hidden" });
    expect([status, json["has_personal_api_key"]]).toEqual([200, true]);
    expect(JSON.stringify([json, await call("GET", `/api/teams/${team.id}`)])).not.toContain("phx_hidden");
    const stored = (await teamById(db, team.id))?.personalApiKey ?? "";
    expect(stored).toMatch(/^v1\./);
    expect(stored).not.toContain("hidden");
    expect(await openSecret(env, placeOf.personalApiKey(team.id), stored)).toBe("phx_hidden");
    // Other changes leave it; null takes it away.
    await call("PATCH", `/api/teams/${team.id}`, { name: "Renamed" });
    expect((await teamById(db, team.id))?.personalApiKey).toBe(stored);
    await call("PATCH", `/api/teams/${team.id}`, { personal_api_key: null });
    expect((await teamById(db, team.id))?.personalApiKey).toBeNull();
  });

  test("does not open in another team's place", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await call("PATCH", `/api/teams/${team.id}`, { personal_api_key: "phx_hidden" });
    const stored = (await teamById(db, team.id))?.personalApiKey ?? "";
    expect(await openSecret(env, placeOf.personalApiKey(team.id + 1), stored)).toBeUndefined();
  });

  test("takes no personal key that it could not encrypt", async () => {
    const options = { env: { ENCRYPTION_KEY: "" } };
    const { status, json } = await call("PATCH", `/api/teams/${team.id}`, { personal_api_key: "phx_hidden" }, options);
    expect([status, json["detail"]]).toEqual([503, expect.stringContaining("no ENCRYPTION_KEY")]);
    expect(await teamById(db, team.id)).toEqual(team);
  });

  test("delivers as changed at once", async () => {
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json({ status: 1 }));
    await process(team, [message(team.id, { event: "stays here" })]);
    expect(fetched).not.toHaveBeenCalled();
    await call("PATCH", `/api/teams/${team.id}`, { posthog_host: "https://posthog.test" });
    await process(team, [message(team.id, { event: "leaves" })]);
    await vi.waitFor(() =>
      expect(fetched).toHaveBeenCalledWith(expect.stringMatching("^https://posthog.test/"), expect.anything()),
    );
    const { json } = await call("GET", `/api/events?team_id=${team.id}`);
    expect(json["results"]).toMatchObject([{ event: "stays here" }]);
    expect(json["results"]).toHaveLength(1);
  });

  test("loses host and key when they are null", async () => {
    await call("PATCH", `/api/teams/${team.id}`, { posthog_host: null, posthog_api_key: null });
    expect(await teamById(db, team.id)).toMatchObject({ posthogHost: null, posthogApiKey: null });
  });

  test.each([
    [{ posthog_host: "us.i.posthog.com" }, "posthog_host"],
    [{ posthog_host: "ftp://a.com" }, "posthog_host"],
    [{ posthog_host: "https://a.com/ingest" }, "posthog_host"],
    [{ posthog_host: "https://me:pw@a.com" }, "posthog_host"],
    [{ posthog_api_key: "" }, "posthog_api_key"],
    [{ posthog_api_key: "with blanks" }, "posthog_api_key"],
    [{ personal_api_key: "" }, "personal_api_key"],
    [{ personal_api_key: 5 }, "personal_api_key"],
    [{ shards: 0 }, "shards"],
    [{ shards: 33 }, "shards"],
    [{ shards: 1.5 }, "shards"],
    [{ name: " " }, "name"],
    [{ anonymize_ips: 1 }, "anonymize_ips"],
    [{ id: 5 }, "id"],
    [[], null],
  ])("refuses %j", async (body, attr) => {
    const { status, json } = await call("PATCH", `/api/teams/${team.id}`, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ type: "validation_error", attr });
    expect(await teamById(db, team.id)).toEqual(team);
  });

  test("of another organization does not exist", async () => {
    const other = await newTeam(db);
    const token = await tokenOf({ organizationId: 1 });
    expect((await call("GET", `/api/teams/${other.id}`, undefined, { token })).status).toBe(404);
    expect((await call("PATCH", `/api/teams/${other.id}`, { name: "mine" }, { token })).status).toBe(404);
    expect((await teamById(db, other.id))?.name).toBe("Test");
  });
});
