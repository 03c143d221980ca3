import { beforeAll, describe, expect, test } from "vitest";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env, tokenOf } from "../client.ts";

const db = await migratedRegistry();
let team: Awaited<ReturnType<typeof newTeam>>;

beforeAll(async () => {
  team = await newTeam(db);
});

describe.each(["organizations", "teams"] as const)("a token of %s", (kind) => {
  const pathOf = (): string => `/api/${kind}/${kind === "teams" ? team.id : team.organizationId}/tokens`;

  test("is shown once and kept as a hash", async () => {
    const { status, json } = await call("POST", pathOf(), { label: "CI", scopes: ["read", "write"] });
    expect(status).toBe(201);
    const secret = String(json["token"]);
    expect(secret).toMatch(kind === "teams" ? /^hgt_[\w-]{43}$/ : /^hgo_[\w-]{43}$/);
    expect(json).toMatchObject({ label: "CI", scopes: ["read", "write"], last_used_at: null, revoked_at: null });
    const { results } = await env.REGISTRY.prepare("select * from key").all();
    expect(JSON.stringify(results)).not.toContain(secret.slice(4));
    expect(JSON.stringify((await call("GET", pathOf())).json)).not.toContain(secret.slice(4));
  });

  test("says whose it is, and that it was used", async () => {
    const { json } = await call("POST", pathOf(), { label: "whoami" });
    const { json: whoami } = await call("GET", "/api/token", undefined, { token: String(json["token"]) });
    expect(whoami).toEqual({
      role: kind === "teams" ? "team" : "organization",
      organization_id: team.organizationId,
      team_id: kind === "teams" ? team.id : null,
      scopes: ["read"],
      label: "whoami",
    });
    const { json: listed } = await call("GET", `${pathOf()}?limit=1`);
    expect(listed["results"]).toMatchObject([{ id: json["id"], last_used_at: expect.any(String) }]);
    expect(listed["next"]).toContain("offset=1");
  });

  test("ends at once when it is revoked", async () => {
    const { json } = await call("POST", pathOf(), { label: "short" });
    const token = String(json["token"]);
    expect((await call("GET", "/api/token", undefined, { token })).status).toBe(200);
    expect((await call("DELETE", `${pathOf()}/${String(json["id"])}`)).json["revoked_at"]).toEqual(expect.any(String));
    expect((await call("GET", "/api/token", undefined, { token })).status).toBe(401);
    expect((await call("DELETE", `${pathOf()}/${String(json["id"])}`)).status).toBe(404);
  });

  test("that may only read changes nothing", async () => {
    const token = await tokenOf(kind === "teams" ? { teamId: team.id } : { organizationId: team.organizationId }, [
      "read",
    ]);
    const { status, json } = await call("PATCH", `/api/teams/${team.id}`, { name: "changed" }, { token });
    expect({ status, code: json["code"] }).toEqual({ status: 403, code: "permission_denied" });
    expect((await call("GET", `/api/teams/${team.id}`, undefined, { token })).json["name"]).toBe("Test");
  });

  test.each([
    [{ label: "" }, "label"],
    [{ label: "x", scopes: [] }, "scopes"],
    [{ label: "x", scopes: ["admin"] }, "scopes__0"],
    [{ label: "x", team_id: 1 }, "team_id"],
  ])("is refused for %j", async (body, attr) => {
    expect(await call("POST", pathOf(), body)).toMatchObject({ status: 400, json: { attr } });
  });
});

test("a team's token does not do what is its organization's", async () => {
  const token = await tokenOf({ teamId: team.id });
  const own = { token };
  for (const [method, path, body] of [
    ["POST", "/api/plugins", { name: "x", source: "export const processEvent = (event) => event" }],
    ["POST", "/api/teams", { name: "another" }],
    ["PATCH", `/api/organizations/${team.organizationId}`, { name: "x" }],
    ["POST", `/api/organizations/${team.organizationId}/tokens`, { label: "x" }],
    ["GET", `/api/organizations/${team.organizationId}/tokens`, undefined],
  ] as const)
    expect(await call(method, path, body, own)).toMatchObject({ status: 403, json: { code: "permission_denied" } });
  expect((await call("GET", "/api/plugins", undefined, own)).status).toBe(200);
});

test("organizations are the operator's to add", async () => {
  const token = await tokenOf({ organizationId: team.organizationId });
  expect((await call("POST", "/api/organizations", { name: "x" }, { token })).status).toBe(403);
  const { status, json } = await call("POST", "/api/organizations", { name: " Acme " });
  expect({ status, name: json["name"] }).toEqual({ status: 201, name: "Acme" });
  expect((await call("GET", `/api/organizations/${String(json["id"])}`, undefined, { token })).status).toBe(404);
  const { json: listed } = await call("GET", "/api/organizations", undefined, { token });
  expect(listed["results"]).toMatchObject([{ id: team.organizationId }]);
});

test("a team is added with a key that admits events, and others may follow", async () => {
  const token = await tokenOf({ organizationId: team.organizationId });
  const { status, json } = await call(
    "POST",
    "/api/teams",
    { name: "Web", posthog_host: "https://eu.i.posthog.com" },
    { token },
  );
  expect(status).toBe(201);
  expect(json).toMatchObject({
    organization_id: team.organizationId,
    name: "Web",
    project_key: expect.stringMatching(/^phc_/),
  });
  const keys = `/api/teams/${String(json["id"])}/project_keys`;
  const added = await call("POST", keys, { key: `phc_own_${team.id}`, label: "iOS" }, { token });
  expect(added).toMatchObject({ status: 201, json: { key: `phc_own_${team.id}`, label: "iOS" } });
  expect((await call("POST", keys, { key: `phc_own_${team.id}` }, { token })).json).toMatchObject({
    attr: "key",
    code: "unique",
  });
  const { json: listed } = await call("GET", keys, undefined, { token });
  expect(listed["results"]).toMatchObject([{ label: "iOS" }, { key: json["project_key"] }]);
  expect(
    (await call("DELETE", `${keys}/${String(added.json["id"])}`, undefined, { token })).json["revoked_at"],
  ).toEqual(expect.any(String));
});
