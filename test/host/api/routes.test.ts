import { beforeAll, describe, expect, test } from "vitest";
import { migratedRegistry } from "../store/registry.ts";
import { call, passesThrough } from "./client.ts";

beforeAll(async () => {
  await migratedRegistry();
});

const OWN_PATHS = [
  "/api/events?team_id=1",
  "/api/dead-letters?team_id=1",
  "/api/outcomes?team_id=1",
  "/api/ingestion-warnings?team_id=1",
  "/api/logs?team_id=1",
  "/api/recent-events?team_id=1",
  "/api/plugins",
  "/api/plugin_configs?team_id=1",
  "/api/teams",
  "/api/teams/1",
  "/api/teams/1/tokens",
  "/api/teams/1/project_keys",
  "/api/organizations",
  "/api/organizations/1",
  "/api/organizations/1/tokens",
  "/api/audit_log",
  "/api/token",
];

describe("health", () => {
  test("is told to everybody", async () => {
    const { status, json } = await call("GET", "/api/health", undefined, { headers: { Authorization: "" } });
    expect({ status, json }).toEqual({ status: 200, json: { status: "ok" } });
  });
});

describe.each(OWN_PATHS)("%s", (path) => {
  test("answers the operator", async () => {
    const { status, headers } = await call("GET", path);
    expect(status).toBe(200);
    expect(headers.get("Cache-Control")).toBe("no-store");
  });

  test("answers with a slash at the end of the path, too", async () => {
    const [pathname = "", query = ""] = path.split("?");
    expect((await call("GET", `${pathname}/?${query}`)).status).toBe(200);
  });

  test.each(["", "Bearer", "Bearer wrong", "Bearer test-token2", "Bearer test-toke", "Basic test-token", "test-token"])(
    "refuses Authorization: %s",
    async (authorization) => {
      const { status, json, headers } = await call("GET", path, undefined, {
        headers: { Authorization: authorization },
      });
      expect(status).toBe(401);
      expect(json).toMatchObject({ type: "authentication_error", code: "not_authenticated", attr: null });
      expect(headers.get("WWW-Authenticate")).toContain("Bearer");
    },
  );

  test.each([undefined, ""])("is closed while ADMIN_TOKEN is %j", async (token) => {
    const settings = { ADMIN_TOKEN: token } as { ADMIN_TOKEN: string };
    const { status, json } = await call("GET", path, undefined, { env: settings });
    expect(status).toBe(503);
    expect(json["detail"]).toContain("ADMIN_TOKEN");
  });

  test("answers on the admin host alone", async () => {
    expect(await passesThrough(path, {}, { ADMIN_HOST: "admin.test" })).toBe(true);
    expect(await passesThrough(path, {}, { ADMIN_HOST: "hoglet.test" })).toBe(false);
  });

  test("names the methods that it takes", async () => {
    const { status, json, headers } = await call("PUT", path);
    expect(status).toBe(405);
    expect(json["code"]).toBe("method_not_allowed");
    expect(headers.get("Allow")).toMatch(/^GET/);
  });
});

test.each([
  "/api/surveys/?token=phc_demo",
  "/api/feature_flag/local_evaluation?token=phc_demo",
  "/api/early_access_features",
  "/api/event/",
  "/api/plugins/abc",
  "/api/plugins/1/2",
  "/api/projects/1",
  "/api/",
  "/api",
  "/e/",
  "/",
])("%s is not the API's, with or without a token", async (path) => {
  expect(await passesThrough(path)).toBe(true);
  expect(await passesThrough(path, { method: "POST", body: "{}" })).toBe(true);
  expect(await passesThrough(path, { headers: { Authorization: "Bearer test-token" } })).toBe(true);
  expect(await passesThrough(path, {}, { ADMIN_TOKEN: "" })).toBe(true);
});
