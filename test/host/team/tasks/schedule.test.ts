import { describe, expect, test, vi } from "vitest";

import { gridOf } from "../../../../host/schedule/grid.ts";
import { START, TestTeam, useClock } from "../test-team.ts";
import { beat, crash, gate, MINUTE, runs, until, WAITING } from "./at-the-gate.ts";

useClock();

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MINUTELY = `export const runEveryMinute = () => console.log("ran");`;

/** A team with a task that runs once a day and waits for an answer. @returns a time of it that lies ahead */
async function daily(): Promise<{ team: TestTeam; id: number; at: number }> {
  const team = await TestTeam.create();
  const { id } = await team.install(`export async function runEveryDay() { await fetch("https://gate.test/"); }`);
  await team.tick(START);
  return { team, id, at: gridOf("runEveryDay", id, undefined).atOrAfter(START + HOUR) };
}

/** The minutes that runs are for. */
const minutesOf = (all: readonly { dueAt: number }[]): number[] => all.map(({ dueAt }) => (dueAt - START) / MINUTE);

/** When the one task of a team is due. */
const dueAt = async (team: TestTeam): Promise<number | undefined> =>
  (await team.inside((object) => object.listTasks(team.address)))[0]?.dueAt;

describe("the clock", () => {
  test("is believed when a beat lies far ahead of it: nothing begins, and the tasks go on as before", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(MINUTELY);
    await beat(team, START + MINUTE);
    await team.inside(async (object) => {
      const ticked = object.tick(team.address, START + 100 * 365 * DAY, START);
      await expect(ticked).rejects.toThrow("more than a day ahead of the clock");
    });
    await team.work();
    for (const minute of [2, 3]) await beat(team, START + minute * MINUTE);
    expect(await runs(team, id)).toMatchObject(
      [1, 2, 3].map((minute) => ({ dueAt: START + minute * MINUTE, missed: 0 })),
    );
  });

  test("may be some hours behind beats", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(MINUTELY);
    for (const hours of [10, 20]) {
      await team.tick(START + hours * HOUR);
      await team.work();
    }
    expect(minutesOf(await runs(team, id))).toEqual([600, 1200]);
  });

  test("that was wrong by years when a task got its time costs it no more than that", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(MINUTELY);
    await beat(team, START + MINUTE);
    await team.inside((_, { storage }) => void storage.sql.exec("update task set due_at = ?", START + 9999 * DAY));
    for (const minute of [2, 3]) await beat(team, START + minute * MINUTE);
    expect(minutesOf(await runs(team, id))).toEqual([1, 2, 3]);
  });

  test("that is a little behind a beat does not make a run of it one that took too long", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    waiting.open(1);
    vi.setSystemTime(START + MINUTE - 10);
    await team.tick(START + MINUTE);
    const working = team.work();
    await until(() => waiting.asked === 1);
    vi.setSystemTime(START + MINUTE + 200);
    waiting.open(0);
    await working;
    await beat(team, START + 2 * MINUTE);
    expect(await runs(team, id)).toMatchObject([{ skipped: 0 }, { dueAt: START + 2 * MINUTE }]);
  });
});

describe("beats during a run", () => {
  test("that waits for another task of its plugin are skipped, and not missed by the next", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(
      `export async function runEveryHour() { await fetch("https://gate.test/"); }
      ${MINUTELY}`,
    );
    await beat(team, START);
    const waiting = gate();
    await team.inside((object) => object.runTask(team.address, id, "runEveryHour"));
    const working = team.work();
    await until(() => waiting.asked === 1);
    for (const minute of [1, 2, 3, 4]) {
      vi.setSystemTime(START + minute * MINUTE);
      await team.tick(START + minute * MINUTE);
    }
    waiting.open(0);
    await working;
    await beat(team, START + 5 * MINUTE);
    expect(
      (await runs(team, id)).filter(({ task, dueAt: due }) => task === "runEveryMinute" && due > START),
    ).toMatchObject([
      { dueAt: START + MINUTE, missed: 0, skipped: 3 },
      { dueAt: START + 5 * MINUTE, missed: 0, skipped: 0 },
    ]);
  });

  test("that a person began are skipped, and no others", async () => {
    const { team, id, at } = await daily();
    const waiting = gate();
    vi.setSystemTime(at - 10_000);
    await team.inside((object) => object.runTask(team.address, id, "runEveryDay"));
    const working = team.work();
    await until(() => waiting.asked === 1);
    vi.setSystemTime(at);
    await team.tick(at);
    vi.setSystemTime(at + 10_000);
    waiting.open(0);
    await working;
    expect(await runs(team, id)).toMatchObject([{ trigger: "manual", skipped: 1 }]);
    expect(await dueAt(team)).toBe(at + DAY);
  });

  test("that goes on from before its config was disabled begin no other beside it", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    vi.setSystemTime(START + MINUTE);
    await team.tick(START + MINUTE);
    const working = team.work();
    await until(() => waiting.asked === 1);
    for (const enabled of [false, true]) {
      await team.update(id, { enabled });
      await team.reconfigure();
    }
    await team.tick(START + 2 * MINUTE);
    expect(await runs(team, id)).toMatchObject([{ state: "running", skipped: 1 }]);
    waiting.open(0);
    await working;
    expect(await runs(team, id)).toMatchObject([{ state: "finished" }]);
  });
});

describe("times without a beat", () => {
  test.each(["the run's end is found", "a beat comes"])(
    "after a run that died are made up for by the one in its place, when first %s",
    async (first) => {
      const { team, id, at } = await daily();
      const waiting = gate();
      vi.setSystemTime(at);
      await team.tick(at);
      await crash(team, waiting);
      vi.setSystemTime(at + DAY + HOUR);
      if (first === "a beat comes") await team.tick(at + DAY + HOUR);
      const working = team.work();
      await until(() => waiting.asked === 2);
      waiting.open(1);
      await working;
      expect(await runs(team, id)).toMatchObject([
        { state: "lost", skipped: 0, finishedAt: at + 30_000 },
        { state: "finished", trigger: "recovery", dueAt: at + DAY, missed: 1, skipped: 0 },
      ]);
      expect(await dueAt(team)).toBe(at + 2 * DAY);
    },
  );

  test("do not count as missed when the config was disabled meanwhile", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(MINUTELY);
    await beat(team, START + MINUTE);
    await team.update(id, { enabled: false });
    await team.reconfigure();
    vi.setSystemTime(START + HOUR);
    await team.update(id, { enabled: true });
    await team.reconfigure();
    await beat(team, START + HOUR + MINUTE);
    expect((await runs(team, id)).slice(1)).toMatchObject([{ dueAt: START + HOUR + MINUTE, missed: 0 }]);
  });
});
