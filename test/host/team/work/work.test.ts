import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, test, vi } from "vitest";

import { Beside } from "../../../../host/team/work/beside.ts";
import { Budget } from "../../../../host/team/work/budget.ts";
import { TestTeam, useClock } from "../test-team.ts";

useClock();

test("what goes on beside the events is paid from the same budget, and nothing is begun without", async () => {
  const budget = new Budget(() => 0, 100);
  let begun = 0;
  const sideline = {
    nextDue: () => 0,
    start: (left: Budget) => {
      begun++;
      left.spend(40);
      return Promise.resolve();
    },
  };
  const beside = new Beside([sideline], budget, false);
  beside.startDue();
  expect([begun, budget.isLeft, beside.isBusy]).toEqual([3, false, true]);
  await beside.end();
  beside.startDue();
  expect([begun, beside.isBusy, beside.hasFailed]).toEqual([3, false, false]);
});

test("a failure beside the events is thrown at the end, when all has ended", async () => {
  const ended: string[] = [];
  const tasks = [
    () => Promise.reject(new Error("no luck")),
    async () => {
      await Promise.resolve();
      ended.push("other");
    },
  ];
  const sideline = { nextDue: () => null, start: () => tasks.shift()?.() ?? null };
  const beside = new Beside([sideline], new Budget(() => 0, 1), false);
  beside.startDue();
  await expect(beside.end()).rejects.toThrow("no luck");
  expect(ended).toEqual(["other"]);
});

test("an event that becomes due while something beside it waits does not wait for that", async () => {
  const team = await TestTeam.create();
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let waiting = 0;
  vi.stubGlobal("fetch", async () => {
    waiting++;
    await gate;
    return new Response("go on");
  });
  await team.install(`export const onEvent = ({ event }) => event === "slow" && fetch("https://gate.test/");`);
  await team.install(
    `export const processEvent = async (event, { jobs }) => { await jobs.say().runIn(50, "milliseconds"); return event; };
    export const jobs = { say: () => console.log("ran") };`,
  );
  vi.useRealTimers();
  await team.accept({ event: "slow" });
  await vi.waitUntil(() => waiting === 1, 10_000);
  await vi.waitUntil(async () => (await team.logged("CONSOLE")).length === 1, 10_000);
  letGo();
  await vi.waitUntil(async () => (await team.status()).followUps === 0, 10_000);
});

test("an alarm that rings while the one before is at work does nothing a second time", async () => {
  const team = await TestTeam.create();
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let called = 0;
  vi.stubGlobal("fetch", async () => {
    called++;
    await gate;
    return new Response("go on");
  });
  await team.install(
    `export const processEvent = async (event) => { await fetch("https://gate.test/"); return event; };`,
  );
  await team.accept({ event: "first" });
  const rings = [runDurableObjectAlarm(team.stub())];
  await vi.waitUntil(() => called === 1, 10_000);
  await team.accept({ event: "second" });
  expect(await team.alarm()).not.toBeNull();
  rings.push(runDurableObjectAlarm(team.stub()));
  // Long enough for the second to take the event, if it would.
  for (let turns = 0; turns < 20; turns++) await team.status();
  letGo();
  await Promise.all(rings);
  await team.work();
  expect(await team.eventNames()).toEqual(["first", "second"]);
  expect(called).toBe(2);
  expect(await team.inside((object) => object.balance(team.address))).toMatchObject({ accepted: 2, delivered: 2 });
});
