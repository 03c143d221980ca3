import { expect, test } from "vitest";
import { passTime, useClock } from "../test-team.ts";
import { Runner } from "./runner.ts";

useClock();

const EXCEEDED = expect.stringMatching(
  /^QuotaExceededError: jobs\.later: the quota pending_jobs of team \d+ is used up: 2; let jobs that wait run first, or have the operator/,
);

test("a call asks for no more jobs than there is room for, and a job that has run leaves its room", async () => {
  const runner = await Runner.create({ pending_jobs: 2 });
  const ask = `Promise.all([1, 2, 3].map(() => jobs.later().runIn(1, "minute").then(() => "asked", (error) => error.name)))`;
  expect(await runner.run(ask)).toEqual(["asked", "asked", "QuotaExceededError"]);
  expect(await runner.used("pending_jobs")).toBe(2);
  expect(await runner.run(`jobs.later().runNow()`)).toEqual(EXCEEDED);
  await runner.team.restart();
  expect(await runner.run(`jobs.later().runNow()`)).toEqual(EXCEEDED);
  passTime(60_000);
  await runner.team.work();
  expect(await runner.used("pending_jobs")).toBe(0);
  expect(await runner.run(`jobs.later().runIn(1, "minute")`)).toBeNull();
  expect(await runner.used("pending_jobs")).toBe(1);
});

test("shards share the room", async () => {
  const runner = await Runner.create({ pending_jobs: 2 }, 2);
  const ask = `jobs.later().runIn(1, "minute")`;
  expect(await runner.run(ask, 1)).toBeNull();
  expect(await runner.run(ask, 0)).toBeNull();
  expect(await runner.run(ask, 0)).toEqual(EXCEEDED);
  // What the other one asked for meanwhile is known to a shard from the end of its next alarm on.
  await runner.run("1", 1);
  expect(await runner.run(ask, 1)).toEqual(EXCEEDED);
  expect(await runner.used("pending_jobs")).toBe(2);
});

test("scheduled tasks need none", async () => {
  const runner = await Runner.create({ pending_jobs: 0 });
  await runner.team.install(`export const runEveryMinute = () => console.log("beat")`);
  await runner.team.reconfigure();
  await runner.team.tick(Date.now());
  await runner.team.work();
  expect(await runner.team.logged("CONSOLE")).toEqual(["beat"]);
  expect(await runner.used("pending_jobs")).toBe(0);
});
