import { describe, expect, test, vi } from "vitest";

import { muteErrors, passTime, START, TestTeam, useClock } from "../test-team.ts";
import { beat, MINUTE, runs } from "./at-the-gate.ts";

useClock();

describe("a run that throws RetryError", () => {
  test("leaves its jobs to its last attempt", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(
      `export const jobs = { go() { console.log("job"); } };
      export async function runEveryMinute({ jobs }) { await jobs.go().runNow(); throw new RetryError("not yet"); }`,
    );
    await team.tick(START + MINUTE);
    await team.workThrough();
    expect(await runs(team, id)).toMatchObject([{ attempts: 15 }]);
    expect(await team.logged("CONSOLE")).toEqual(["job"]);
  });

  const RETRIED = `export const runEveryMinute = () => { throw new RetryError("not yet"); };`;

  test("and finds its plugin not to be set up then, has run all the same", async () => {
    const team = await TestTeam.create();
    const config = await team.install(RETRIED);
    await beat(team, START + MINUTE);
    await team.upgrade(config, `export const setupPlugin = () => { throw new Error("no key"); }; ${RETRIED}`);
    await team.reconfigure();
    passTime(5_000);
    await team.work();
    expect(await runs(team, config.id)).toMatchObject([
      { state: "finished", startedAt: START + MINUTE, attempts: 1, error: "setup failed: Error: no key" },
    ]);
  });

  test("and finds its config disabled then, has run all the same", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(RETRIED);
    await beat(team, START + MINUTE);
    await team.update(id, { enabled: false });
    await team.reconfigure();
    passTime(5_000);
    await team.work();
    expect(await runs(team, id)).toMatchObject([
      { state: "finished", startedAt: START + MINUTE, error: "its plugin config is gone or disabled" },
    ]);
  });
});

test("a run whose events cannot be kept is made again, fifteen times in all", async () => {
  const errors = muteErrors();
  const team = await TestTeam.create({ shards: 2 });
  const { id } = await team.install(
    `export async function runEveryMinute() {
      console.log("ran");
      for (let i = 0; i < 8; i++) await posthog.capture("beat", { distinct_id: "d" + i });
    }`,
  );
  await team.tick(START + MINUTE);
  await team.inside((_, { storage }) => void storage.sql.exec("alter table inbox rename to inbox_elsewhere"), 1);
  for (let rings = 0; rings < 20; rings++) {
    passTime(5 * MINUTE);
    await team.inside((object) => object.alarm());
  }
  errors.mockRestore();
  expect(await team.logged("CONSOLE")).toHaveLength(15);
  expect(await runs(team, id)).toMatchObject([
    { state: "finished", attempts: 15, error: "the host failed in the middle of the run" },
  ]);
});

test("a run whose plugin's setup uses up the fuel of the day waits for the next one", async () => {
  const team = await TestTeam.create();
  const { id } = await team.install(
    `export async function setupPlugin({ storage }) {
      if (await storage.get("done")) return;
      for (let i = 0, n = 0; i < 1e5; i++) n += i;
    }
    export const runEveryMinute = () => console.log("ran");`,
  );
  await team.set({ quotas: { fuel_per_day: 100_000 } });
  await team.reconfigure();
  await beat(team, START + MINUTE);
  expect(await runs(team, id)).toMatchObject([
    { state: "due", attempts: 0, startedAt: null, error: expect.stringContaining("fuel_per_day") },
  ]);
  await team.inside((object) => object.storageSet(id, "done", "true"));
  vi.setSystemTime(Date.parse("2040-01-02T00:00:05Z"));
  await team.work();
  expect(await runs(team, id)).toMatchObject([{ state: "finished", attempts: 1, dueAt: START + MINUTE, error: null }]);
});
