import { afterEach, expect, test, vi } from "vitest";
import { placeOf, sealSecret } from "../../../../host/secrets/registry-secrets.ts";
import { createTeam, teamById } from "../../../../host/store/teams.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, tokenOf } from "../client.ts";

const db = await migratedRegistry();

afterEach(() => {
  vi.restoreAllMocks();
});

test("secrets of the key before are sealed anew, and open without it afterwards", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await call("GET", "/api/teams/1");
  const before = { ENCRYPTION_KEY: "the key before" };
  const after = { ENCRYPTION_KEY: "the key of now" };
  const team = await createTeam(db, 1, { name: "Rotated", token: `phc_rotated_${crypto.randomUUID()}` }, 1);
  const source = "export const processEvent = (event) => event";
  const { json: plugin } = await call("POST", "/api/plugins", {
    name: `rotated ${team.id}`,
    source,
    config: [{ key: "key", type: "string", secret: true }],
  });
  const body = { team_id: team.id, plugin_id: Number(plugin["id"]), enabled: true, config: { key: "s3cret-value" } };
  const { json: config } = await call("POST", "/api/plugin_configs", body, { env: before });
  await call("PATCH", `/api/teams/${team.id}`, { personal_api_key: "phx_hidden" }, { env: before });
  const path = `/api/plugin_configs/${String(config["id"])}`;
  const rename = (name: string, keys: object) =>
    call("PATCH", path, { name, enabled: false, config: { other: name } }, { env: keys });

  // Another key alone opens nothing, and says so; with the one before beside it everything works.
  expect(await rename("a", after)).toMatchObject({ status: 400, json: { attr: "config" } });
  const both = { ...after, ENCRYPTION_KEY_PREVIOUS: before.ENCRYPTION_KEY };
  const { status, json } = await call("POST", "/api/rotate_encryption_key", undefined, { env: both });
  expect(status).toBe(200);
  expect(Number(json["sealed"])).toBeGreaterThanOrEqual(2);
  expect(await rename("b", after)).toMatchObject({ status: 200 });
  expect(
    (await call("POST", "/api/rotate_encryption_key", undefined, { env: after })).json["unreadable"],
  ).not.toContain(`team/${team.id}: personal_api_key`);

  // What neither opens is told, and left as it was.
  const lost = await sealSecret({ ENCRYPTION_KEY: "lost" }, placeOf.personalApiKey(team.id), "phx_lost");
  await env.REGISTRY.prepare("update team set personal_api_key = ? where id = ?").bind(lost, team.id).run();
  const again = await call("POST", "/api/rotate_encryption_key", undefined, { env: both });
  expect(again.json["unreadable"]).toContain(`team/${team.id}: personal_api_key`);
  expect((await teamById(db, team.id))?.personalApiKey).toBe(lost);
});

test("is the operator's alone", async () => {
  const token = await tokenOf({ organizationId: 1 });
  expect((await call("POST", "/api/rotate_encryption_key", undefined, { token })).status).toBe(403);
});
