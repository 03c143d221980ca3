import { describe, expect, test, vi } from "vitest";

import { gridOf } from "../../../../host/schedule/grid.ts";
import { passTime, START, TestTeam, useClock } from "../test-team.ts";
import { beat, crash, gate, MINUTE, runs, until, WAITING } from "./at-the-gate.ts";

useClock();

const HOUR = 60 * MINUTE;

describe("a scheduled task", () => {
  const TASKS = `
    export const runEveryMinute = () => console.log("minute");
    export const runEveryHour = () => console.log("hour");
    export const runEveryDay = () => console.log("day");`;

  test("runs at the times of its own grid: every minute, hour and day", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(TASKS);
    const day = gridOf("runEveryDay", id, undefined).atOrAfter(START + MINUTE);
    const minutes = Array.from({ length: 180 }, (_, i) => START + (i + 1) * MINUTE);
    for (const time of [...minutes, ...(day > (minutes.at(-1) ?? 0) ? [day] : [])]) {
      vi.setSystemTime(time);
      await team.tick(time);
      await team.work();
    }
    const all = await team.inside((object) =>
      object.listTaskRuns(team.address, { pluginConfigId: id }, { limit: 900 }),
    );
    const of = (name: string) =>
      all.results.filter(({ task, dueAt }) => task === name && dueAt <= START + 180 * MINUTE);
    expect(of("runEveryMinute")).toHaveLength(180);
    expect(of("runEveryHour")).toHaveLength(3);
    expect(all.results.filter(({ task }) => task === "runEveryDay")).toMatchObject([{ dueAt: day }]);
    for (const { task, dueAt } of all.results) expect(gridOf(task, id, undefined).atOrAfter(dueAt)).toBe(dueAt);
  });

  test("runs once for each beat, however often and late that comes", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(`export const runEveryMinute = () => console.log("ran");`);
    for (const minute of [60, 60, 59, 61, 60]) {
      await team.tick(START + minute * MINUTE);
      await team.work();
    }
    expect((await runs(team, id)).map(({ dueAt }) => (dueAt - START) / MINUTE)).toEqual([60, 61]);
  });

  test("makes up for beats that were missed, with one run, and says how many there were", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(TASKS);
    await beat(team, START + MINUTE);
    await beat(team, START + 200 * MINUTE);
    const all = await runs(team, id);
    expect(all.filter(({ task }) => task === "runEveryMinute")).toMatchObject([
      { dueAt: START + MINUTE, missed: 0 },
      { dueAt: START + 200 * MINUTE, missed: 198, state: "finished" },
    ]);
    const [hour] = all.filter(({ task }) => task === "runEveryHour").slice(-1);
    expect(hour?.missed).toBeGreaterThanOrEqual(1);
    await beat(team, START + 201 * MINUTE);
    expect((await runs(team, id)).at(-1)).toMatchObject({ task: "runEveryMinute", missed: 0 });
  });

  test("is recorded with all that is to be known of it", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(
      `export async function runEveryMinute() { console.log("one"); console.warn("two"); await fetch("https://gate.test/"); throw new Error("no luck"); }`,
    );
    const waiting = gate();
    vi.setSystemTime(START + MINUTE + 10);
    await team.tick(START + MINUTE);
    const working = team.work();
    await until(() => waiting.asked === 1);
    expect(await runs(team, id)).toMatchObject([
      { state: "running", startedAt: START + MINUTE + 10, finishedAt: null },
    ]);
    passTime(20_000);
    waiting.open(0);
    await working;
    const [run] = await runs(team, id);
    expect(run).toMatchObject({
      pluginConfigId: id,
      task: "runEveryMinute",
      trigger: "schedule",
      dueAt: START + MINUTE,
      missed: 0,
      state: "finished",
      startedAt: START + MINUTE + 10,
      finishedAt: START + MINUTE + 20_010,
      attempts: 1,
      skipped: 0,
      kind: "threw",
      error: "Error: no luck",
      log: [
        { type: "LOG", message: "one" },
        { type: "WARN", message: "two" },
      ],
    });
    expect(run?.fuel).toBeGreaterThan(100);
    expect(run?.version).toMatch(/^[0-9a-f]{64}$/);
    expect(await team.failures()).toMatchObject([{ function: "runEveryMinute", kind: "threw" }]);
  });

  test("is forgotten when there are 500 newer runs of it, whatever the others do", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(TASKS);
    await beat(team, START + MINUTE);
    const insert = (task: string, count: number) =>
      team.inside((_, { storage }) => {
        storage.sql.exec(
          `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
          insert into task_run (plugin_config_id, task, trigger, due_at, missed, state, log) select ?, ?, 'schedule', i, 0, 'finished', '[]' from n`,
          count,
          id,
          task,
        );
      });
    await insert("runEveryDay", 20);
    await insert("runEveryMinute", 700);
    for (let minute = 2; minute < 66; minute++) await team.tick(START + minute * MINUTE).then(() => team.work());
    const count = (task: string) =>
      team.inside(
        (_, { storage }) => storage.sql.exec("select count(*) as n from task_run where task = ?", task).one()["n"],
      );
    expect(await count("runEveryDay")).toBeGreaterThanOrEqual(20);
    expect(await count("runEveryMinute")).toBeLessThan(500 + 64);
    expect(await count("runEveryMinute")).toBeGreaterThanOrEqual(500);
  });

  test("that fails runs again at the next beat, however often it has failed", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(`export const runEveryMinute = () => { throw new Error("no luck"); };`);
    for (let minute = 1; minute <= 20; minute++) await beat(team, START + minute * MINUTE);
    expect(await runs(team, id)).toHaveLength(20);
    expect(await team.alarm()).toBeNull();
  });

  test("that throws RetryError goes on before the next beat, fifteen times in all, as one run", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(`export const runEveryMinute = () => { throw new RetryError("not yet"); };`);
    await team.tick(START + MINUTE);
    await team.workThrough();
    expect(await team.failures()).toHaveLength(15);
    expect(await runs(team, id)).toMatchObject([{ attempts: 15, state: "finished", kind: "retry" }]);
  });

  test("may capture events", async () => {
    const team = await TestTeam.create();
    await team.install(`export const runEveryMinute = () => posthog.capture("beat", { distinct_id: "d" });`, {
      name: "metronome",
    });
    await team.tick(START + MINUTE);
    await team.work();
    expect(await team.events()).toMatchObject([
      { event: "beat", distinct_id: "d", timestamp: new Date(START).toISOString() },
    ]);
  });
});

describe("a run that takes longer than its interval", () => {
  test("skips the beats meanwhile; the next is the first at least one interval after its end", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    vi.setSystemTime(START + MINUTE);
    await team.tick(START + MINUTE);
    const working = team.work();
    await until(() => waiting.asked === 1);
    for (const minute of [2, 3]) {
      vi.setSystemTime(START + minute * MINUTE);
      await team.tick(START + minute * MINUTE);
    }
    passTime(10_000);
    waiting.open(0);
    await working;
    expect(waiting.asked).toBe(1);
    // It has ended at 12:03:10: the beat of 12:04 comes too soon, that of 12:05 does not.
    await beat(team, START + 4 * MINUTE);
    expect(await runs(team, id)).toMatchObject([{ finishedAt: START + 3 * MINUTE + 10_000, skipped: 3 }]);
    vi.setSystemTime(START + 5 * MINUTE);
    await team.tick(START + 5 * MINUTE);
    const next = team.work();
    await until(() => waiting.asked === 2);
    waiting.open(1);
    await next;
    expect((await runs(team, id))[1]).toMatchObject({ dueAt: START + 5 * MINUTE, missed: 0, skipped: 0 });
  });

  test("that ends in time is followed by one at the next beat", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    for (const minute of [1, 2]) {
      vi.setSystemTime(START + minute * MINUTE);
      await team.tick(START + minute * MINUTE);
      const working = team.work();
      await until(() => waiting.asked === minute);
      passTime(59_000);
      waiting.open(minute - 1);
      await working;
    }
    expect(await runs(team, id)).toMatchObject([{ skipped: 0 }, { dueAt: START + 2 * MINUTE }]);
  });
});

describe("a run whose process ends", () => {
  test("holds its task until its claim expires, is recorded as lost, and made up for at once", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    vi.setSystemTime(START + MINUTE);
    await team.tick(START + MINUTE);
    await crash(team, waiting);
    passTime(15_000);
    await team.work();
    expect(waiting.asked).toBe(1);
    expect(await runs(team, id)).toMatchObject([{ state: "running" }]);
    expect(await team.alarm()).toBe(START + MINUTE + 30_000);
    passTime(15_000);
    const working = team.work();
    await until(() => waiting.asked === 2);
    waiting.open(1);
    await working;
    expect(await runs(team, id)).toMatchObject([
      { state: "lost", error: "the process ended in the middle of the run", dueAt: START + MINUTE },
      { state: "finished", trigger: "recovery", dueAt: START + MINUTE },
    ]);
  });

  test("is not made up for without end: it may be what ends the process", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    vi.setSystemTime(START + MINUTE);
    await team.tick(START + MINUTE);
    await crash(team, waiting);
    passTime(MINUTE);
    await crash(team, waiting);
    passTime(MINUTE);
    await team.work();
    expect(await runs(team, id)).toMatchObject([
      { state: "lost", trigger: "schedule" },
      { state: "lost", trigger: "recovery" },
    ]);
    expect(await team.alarm()).toBeNull();
  });

  test("keeps its claim as long as it lives, however long that is", async () => {
    let renew: () => void = () => undefined;
    const cleared = vi.spyOn(globalThis, "clearInterval");
    vi.spyOn(globalThis, "setInterval").mockImplementation((callback: () => void) => {
      renew = callback;
      return 7 as never;
    });
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    vi.setSystemTime(START + MINUTE);
    await team.tick(START + MINUTE);
    const working = team.work();
    await until(() => waiting.asked === 1);
    expect(await runs(team, id)).toMatchObject([{ state: "running", wakeAt: START + MINUTE + 30_000 }]);
    passTime(2 * MINUTE);
    await team.inside(() => renew());
    expect(await runs(team, id)).toMatchObject([{ state: "running", wakeAt: START + 3 * MINUTE + 30_000 }]);
    waiting.open(0);
    await working;
    expect(cleared).toHaveBeenCalledWith(7);
    expect(await runs(team, id)).toMatchObject([{ state: "finished" }]);
  });

  test("while it waited for another attempt goes on where it was", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(
      `export async function runEveryMinute({ storage }) {
        if (await storage.get("ready")) return console.log("done");
        await storage.set("ready", true);
        throw new RetryError("not yet");
      }`,
    );
    await team.tick(START + MINUTE);
    await team.work();
    await team.restart();
    await team.workThrough();
    expect(await runs(team, id)).toMatchObject([{ attempts: 2, state: "finished", kind: "ok" }]);
  });
});

describe("a task that cannot run", () => {
  test("because setup failed is recorded as not run, and runs when setup succeeds", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(
      `export async function setupPlugin({ storage }) { if (!(await storage.get("key"))) throw new Error("no key"); }
      export const runEveryMinute = () => console.log("ran");`,
    );
    await beat(team, START + MINUTE);
    expect(await runs(team, id)).toMatchObject([
      { state: "not_run", startedAt: null, error: "setup failed: Error: no key" },
    ]);
    await team.inside((object) => object.storageSet(id, "key", "1"));
    await beat(team, START + 2 * MINUTE);
    expect((await runs(team, id)).map(({ state }) => state)).toEqual(["not_run", "finished"]);
  });

  test("because its config was disabled meanwhile is recorded as not run; enabled again it waits for its next time", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(`export const runEveryMinute = () => console.log("ran");`);
    await team.tick(START + MINUTE);
    await team.update(id, { enabled: false });
    await team.reconfigure();
    await team.work();
    expect(await runs(team, id)).toMatchObject([{ state: "not_run", error: "its plugin config is gone or disabled" }]);
    await beat(team, START + 2 * MINUTE);
    await team.update(id, { enabled: true });
    await team.reconfigure();
    await beat(team, START + 10 * MINUTE);
    expect((await runs(team, id)).slice(1)).toMatchObject([{ dueAt: START + 10 * MINUTE, missed: 0 }]);
  });

  test("because its new version has none is recorded as not run", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const runEveryMinute = () => console.log("ran");`);
    await team.tick(START + MINUTE);
    await team.upgrade(config, `export const runEveryHour = () => console.log("ran");`);
    await team.reconfigure();
    await team.work();
    expect(await runs(team, config.id)).toMatchObject([
      { state: "not_run", error: expect.stringMatching(/^version [0-9a-f]{64} has no runEveryMinute$/) },
    ]);
  });
});

describe("a run that a person begins", () => {
  test("runs at once, and the times of the schedule stay", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(`export const runEveryHour = () => console.log("ran");`);
    await team.inside((object) => object.runTask(team.address, id, "runEveryHour"));
    await team.work();
    expect(await runs(team, id)).toMatchObject([{ trigger: "manual", state: "finished", dueAt: START }]);
    const due = gridOf("runEveryHour", id, undefined).atOrAfter(START);
    expect(await team.tick(START)).toBe(due === START ? START + HOUR : due);
  });

  test("does not begin beside one that is under way", async () => {
    const team = await TestTeam.create();
    const { id } = await team.install(WAITING);
    const waiting = gate();
    await team.tick(START + MINUTE);
    const working = team.work();
    await until(() => waiting.asked === 1);
    expect(await team.inside((object) => object.runTask(team.address, id, "runEveryMinute"))).toMatchObject({
      underWay: { state: "running" },
    });
    waiting.open(0);
    await working;
    expect(waiting.asked).toBe(1);
  });
});
