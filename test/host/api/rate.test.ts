import { expect, test } from "vitest";
import { migratedRegistry, newTeam } from "../store/registry.ts";
import { call, env, tokenOf } from "./client.ts";

const db = await migratedRegistry();

test("a token that comes too often has to wait, and no other", async () => {
  const team = await newTeam(db);
  const [busy, calm] = [await tokenOf({ teamId: team.id }), await tokenOf({ teamId: team.id })];
  // The real limiter, which counts 600 a minute.
  expect(env.API_RATE).toBeDefined();
  let passed = 0;
  let last = await call("GET", "/api/token", undefined, { token: busy });
  for (; last.status === 200; passed++) last = await call("GET", "/api/token", undefined, { token: busy });
  expect(last).toMatchObject({ status: 429, json: { code: "throttled", status: 429 } });
  expect(last.headers.get("Retry-After")).toBe("60");
  // More than 600 where its minute ends among them.
  expect(passed).toBeGreaterThanOrEqual(600);
  expect(passed).toBeLessThanOrEqual(1_200);
  expect((await call("GET", "/api/token", undefined, { token: calm })).status).toBe(200);
  expect((await call("GET", "/api/token")).status).toBe(200);
});
