import { expect, test } from "vitest";

import { START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test("a team is left alone for a day at the most, whenever its tasks are due", async () => {
  const team = await TestTeam.create();
  await team.install("export const runEveryDay = () => undefined;");
  await team.tick(START + MINUTE);
  await team.inside((_, { storage }) => void storage.sql.exec("update task set due_at = ?", START + 2 * DAY));
  expect(await team.tick(START + 2 * MINUTE)).toBe(START + 2 * MINUTE + DAY);
});

test("tasks do not wait for an object of the team that fails, and it is told again", async () => {
  const team = await TestTeam.create({ shards: 2 });
  await team.install(`export const runEveryMinute = () => console.log("ran");`);
  const inSecond = (statement: string) => team.inside((_, { storage }) => void storage.sql.exec(statement), 1);
  await inSecond("alter table job rename to job_elsewhere");
  await expect(team.tick(START)).rejects.toThrow("no such table");
  await team.work();
  expect(await team.logged("CONSOLE")).toEqual(["ran"]);
  await inSecond("alter table job_elsewhere rename to job");
  expect(await team.tick(START + MINUTE)).toBe(START + 2 * MINUTE);
});
