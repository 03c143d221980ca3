import { expect, test, vi } from "vitest";

import { passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

/** Asks for as many jobs as an event says, one second apart. */
const ASKS = `export const jobs = { one: () => undefined };
  export async function processEvent(event, { jobs }) {
    for (let i = 1; i <= (event.properties.jobs ?? 0); i++) await jobs.one(i).runIn(i, "seconds");
    return event;
  }`;

/** Rows that the team's object reads for something. */
async function rowsRead(team: TestTeam, work: () => Promise<unknown>): Promise<number> {
  const cursors: { rowsRead: number }[] = [];
  const { exec, restore } = await team.inside((_, { storage }) => {
    const original = storage.sql.exec.bind(storage.sql);
    const spy = vi.spyOn(storage.sql, "exec").mockImplementation((query, ...bindings) => {
      const cursor = original(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    });
    return { exec: spy, restore: () => spy.mockRestore() };
  });
  await work();
  expect(exec).toHaveBeenCalled();
  restore();
  return cursors.reduce((sum, cursor) => sum + cursor.rowsRead, 0);
}

test("jobs that wait make neither events nor other jobs dearer, however many they are", async () => {
  const reads: number[] = [];
  for (const jobs of [2, 900]) {
    const team = await TestTeam.create();
    await team.install(ASKS);
    const other = await team.install(ASKS);
    await team.accept({ properties: { jobs } });
    await team.work();
    await team.update(other.id, { enabled: false });
    await team.reconfigure();
    reads.push(
      await rowsRead(team, async () => {
        await team.accept({}, {});
        await team.work();
        passTime(1_000);
        await team.work();
      }),
    );
  }
  const [few = 0, many = 0] = reads;
  expect(many).toBeLessThan(few * 1.2);
});
