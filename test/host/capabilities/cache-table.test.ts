import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";

import type { Env } from "../../../host/env.ts";
import { teamStub } from "../../../host/team/team-client.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("rows that have expired are swept away by the commands that come after", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const team = teamStub(env as unknown as Env, { teamId: 7001, shard: 0 });
  const rows = () =>
    runInDurableObject(team, (_, { storage }) => storage.sql.exec("SELECT count(*) AS n FROM cache_entry").one()["n"]);
  await team.runCache(Array.from({ length: 100 }, (_, i) => ["set", `short/${i}`, "v", "ex", i < 50 ? 1 : 2]));
  await team.runCache([
    ["set", "long", "v", "ex", 1000],
    ["set", "for ever", "v"],
  ]);
  expect(await rows()).toBe(102);

  vi.setSystemTime(Date.now() + 1000);
  await team.runCache(Array.from({ length: 100 }, () => ["get", "short/99"]));
  expect(await rows()).toBe(52);

  vi.setSystemTime(Date.now() + 1000);
  await team.runCache([["get", "long"]]);
  expect(await rows()).toBe(50);
  await team.runCache(Array.from({ length: 100 }, () => ["get", "long"]));
  expect(await rows()).toBe(2);
});
