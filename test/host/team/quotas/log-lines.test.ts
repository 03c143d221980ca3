import { expect, test } from "vitest";
import { passTime, START, TestTeam, useClock } from "../test-team.ts";
import { Runner } from "./runner.ts";

useClock();

const MIDNIGHT = Date.parse("2040-01-02T00:00:00.000Z");

test("lines beyond the quota are counted and left out, and one line a day says so", async () => {
  const runner = await Runner.create({ log_lines_per_day: 3 });
  // The plugin was loaded with a line of its own.
  await runner.run(`["one", "two", "three", "four"].forEach((line) => console.log(line))`);
  await runner.run(`console.log("five")`);
  expect(await runner.team.logged("CONSOLE")).toEqual(["one", "two"]);
  expect(await runner.told()).toEqual([
    "100 % of the quota log_lines_per_day are used, 3 of 3: further lines are counted and not kept. It begins anew at 2040-01-02T00:00:00.000Z.",
  ]);
  expect(await runner.used("log_lines_per_day")).toBe(3);
  passTime(MIDNIGHT - START);
  await runner.run(`console.log("six")`);
  await runner.run(`console.log("seven")`);
  expect(await runner.team.logged("CONSOLE")).toEqual(["one", "two", "six", "seven"]);
  expect((await runner.told()).slice(1)).toEqual([
    "3 lines were left out on 2040-01-01: the quota log_lines_per_day had been used up",
  ]);
});

test("a plugin that fails without end fills the log no further", async () => {
  const team = await TestTeam.create({ quotas: { log_lines_per_day: 10 } });
  await team.install(`export const processEvent = () => { console.log("x"); for (;;); }`, {
    limits: { fuel: 100_000 },
  });
  await team.accept(...Array.from({ length: 20 }, () => ({})));
  await team.work();
  expect((await team.logged()).length).toBe(10 + 1);
  expect((await team.failures()).length).toBe(20);
});
