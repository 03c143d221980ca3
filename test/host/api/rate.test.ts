import { expect, test } from "vitest";
import { migratedRegistry, newTeam } from "../store/registry.ts";
import { call, env, tokenOf } from "./client.ts";

const db = await migratedRegistry();

test("a token that comes too often has to wait, and no other", async () => {
  const team = await newTeam(db);
  const [busy, calm] = [await tokenOf({ teamId: team.id }), await tokenOf({ teamId: team.id })];
  // The real limiter, which counts 600 a minute.
  expect(env.API_RATE).toBeDefined();
  const statuses: number[] = [];
  let last: Awaited<ReturnType<typeof call>> | undefined;
  for (let sent = 0; sent < 601; sent++) {
    last = await call("GET", "/api/token", undefined, { token: busy });
    statuses.push(last.status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(600);
  expect(last).toMatchObject({ status: 429, json: { code: "throttled", status: 429 } });
  expect(last?.headers.get("Retry-After")).toBe("60");
  expect((await call("GET", "/api/token", undefined, { token: calm })).status).toBe(200);
  expect((await call("GET", "/api/token")).status).toBe(200);
});
