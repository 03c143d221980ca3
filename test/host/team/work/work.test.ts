import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, test, vi } from "vitest";

import { Beside } from "../../../../host/team/work/beside.ts";
import { Budget } from "../../../../host/team/work/budget.ts";
import { Work } from "../../../../host/team/work/work.ts";
import { TestTeam, useClock } from "../test-team.ts";

useClock();

/** Work whose events each take 60 of an alarm's 100 fuel, and beside which one thing goes on until the test says so. */
function workWith(facts = new Map<string, unknown>()) {
  const beside = Promise.withResolvers<void>();
  const seen: string[] = [];
  let [events, isBegun, now] = [0, false, 0];
  const sideline = {
    nextDue: () => (isBegun ? null : now),
    start: (budget: Budget, isSuspicious: boolean) => {
      if (isBegun) return null;
      isBegun = true;
      seen.push(isSuspicious ? "suspicious beside" : "beside");
      budget.spend(1);
      return beside.promise;
    },
  };
  const work = new Work({
    drain: {
      nextDue: () => (events > 0 ? now : null),
      step: async (isSuspicious) => {
        if (events === 0) return null;
        events--;
        seen.push(isSuspicious ? "suspicious event" : "event");
        return 60;
      },
    },
    reports: { nextDue: () => null, step: () => Promise.resolve(null) },
    rollUp: { nextDue: () => null },
    sidelines: [sideline],
    facts: { get: (name) => facts.get(name) as never, set: (name, value) => void facts.set(name, value) },
    meter: { begin: () => Promise.resolve(), flush: () => Promise.resolve() },
    gathered: [],
    drainFuel: 100,
    now: () => now,
  });
  return {
    work,
    seen,
    beside,
    come: (count: number) => {
      events += count;
      work.ring();
    },
    passTime: (ms: number) => (now += ms),
    beginAgain: () => (isBegun = false),
  };
}

/** Lets everything go on that waits for nothing outside. */
const settle = () => new Promise((resolve) => void setTimeout(resolve, 0));

test("an event does not wait for what goes on beside it when the fuel of the alarm is used up", async () => {
  const { work, seen, beside, come } = workWith();
  const first = work.run();
  await settle();
  come(3);
  await first;
  expect(seen).toEqual(["beside", "event", "event"]);
  expect(work.nextDue()).toBe(0);
  const second = work.run();
  await settle();
  expect(seen).toEqual(["beside", "event", "event", "event"]);
  beside.resolve();
  await second;
  expect(work.nextDue()).toBeNull();
});

test("what is due a minute after the beginning of an alarm begins in the next, and waits for nothing that is under way", async () => {
  const { work, seen, come, passTime, beginAgain } = workWith();
  const first = work.run();
  await settle();
  passTime(60_000);
  beginAgain();
  come(1);
  await first;
  expect(seen).toEqual(["beside"]);
  void work.run();
  await settle();
  expect(seen).toEqual(["beside", "event", "beside"]);
});

test("what is under way beside counts as work until it has ended, and only another process finds it suspicious", async () => {
  const facts = new Map<string, unknown>();
  const { work, seen, beside, come } = workWith(facts);
  const first = work.run();
  await settle();
  come(2);
  await first;
  expect(facts.get("running")).toBe(true);

  const other = workWith(new Map(facts));
  other.come(1);
  void other.work.run();
  await settle();
  expect(other.seen).toEqual(["suspicious event", "suspicious beside"]);

  come(1);
  const second = work.run();
  await settle();
  expect(seen).toEqual(["beside", "event", "event", "event"]);
  beside.resolve();
  await second;
  expect(facts.get("running")).toBe(false);
});

test("a failure beside the events ends the alarm that it comes in, and the next goes on", async () => {
  const { work, seen, beside, come } = workWith();
  const first = work.run();
  await settle();
  beside.reject(new Error("no luck"));
  await expect(first).rejects.toThrow("no luck");
  come(1);
  await work.run();
  expect(seen).toEqual(["beside", "event"]);
});

test("work that is stopped has ended when all that was under way beside has, in an alarm before too", async () => {
  const { work, beside, come } = workWith();
  const first = work.run();
  await settle();
  come(2);
  await first;
  let hasStopped = false;
  const stopped = work.stop().then(() => (hasStopped = true));
  await settle();
  expect([hasStopped, work.nextDue()]).toEqual([false, null]);
  beside.resolve();
  await stopped;
});

test("nothing is begun beside the events without a budget", () => {
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
  const beside = new Beside([sideline]);
  beside.startDue(budget, false);
  expect([begun, budget.isLeft, beside.isBusy]).toEqual([3, false, true]);
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
