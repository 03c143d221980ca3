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
