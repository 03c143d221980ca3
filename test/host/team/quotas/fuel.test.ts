import { describe, expect, test } from "vitest";
import type { OnError } from "../../../../host/store/schema.ts";
import { usedOf } from "../../../../host/team/quotas/usage.ts";
import { shardOf } from "../../../../host/team/team-client.ts";
import { muteErrors, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MARK = "export const processEvent = (event) => { event.properties.ran = true; return event }";
const MINUTE = 60_000;
const MIDNIGHT = Date.parse("2040-01-02T00:00:00.000Z");

/** Fuel that a team has used today, as its account has it. */
async function usedFuel(team: TestTeam): Promise<number> {
  return usedOf(await team.inside((object) => object.usage({ teamId: team.id, shard: 0 })), "fuel_per_day");
}

/** A team that has used up its fuel with a first event, which its plugin has seen. */
async function usedUp(source = MARK, onError: OnError = "pass"): Promise<TestTeam> {
  const team = await TestTeam.create();
  await team.install(source, { onError });
  await team.accept({ event: "the last one", distinct_id: "first" });
  await team.work();
  await team.set({ quotas: { fuel_per_day: 1 } });
  await team.reconfigure();
  return team;
}

const ran = async (team: TestTeam): Promise<unknown[]> =>
  (await team.events()).map(({ properties }) => (properties as { ran?: boolean }).ran ?? false);

describe("when the fuel of the day is used up", () => {
  test("events go on unchanged where on_error is pass, and the outcome says why and until when", async () => {
    const team = await usedUp();
    await team.accept({ event: "late" });
    await team.work();
    expect(await ran(team)).toEqual([true, false]);
    const [failure] = await team.failures();
    expect(failure).toMatchObject({
      kind: "limit",
      fuel: 0,
      message: `the quota fuel_per_day of team ${team.id} is used up: 1, until 2040-01-02T00:00:00.000Z; have the operator raise it: PATCH /api/teams/${team.id} {"quotas": {"fuel_per_day": ...}}`,
      quota: { name: "fuel_per_day", limit: 1, resetsAt: MIDNIGHT, teamId: team.id },
    });
  });

  test("events are dropped where it is drop, and counted", async () => {
    const team = await usedUp(MARK, "drop");
    await team.accept({ event: "late" });
    await team.work();
    expect(await team.events()).toHaveLength(1);
    const balance = await team.inside((object) => object.balance({ teamId: team.id, shard: 0 }));
    expect(balance).toMatchObject({ accepted: 2, delivered: 1, inbox: 0 });
    expect(Object.values(balance.dropped)).toEqual([1]);
  });

  test("events wait for the next day where it is hold, and are not tried before", async () => {
    const team = await usedUp(MARK, "hold");
    await team.accept({ event: "late 1" }, { event: "late 2" }, { event: "another", distinct_id: "somebody else" });
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 3 });
    // The registry has yet to be told what was counted.
    passTime(MINUTE);
    await team.work();
    expect(await team.alarm()).toBe(MIDNIGHT);
    // Nor are they tried for a change that gives no fuel.
    await team.reconfigure();
    expect(await team.work()).toBe(0);
    const tried = (await team.failures()).length;
    passTime(MIDNIGHT - START - MINUTE - 1);
    expect(await team.work()).toBe(0);
    passTime(1);
    await team.set({ quotas: null });
    await team.reconfigure();
    await team.work();
    expect(await team.eventNames()).toEqual(["the last one", "late 1", "late 2", "another"]);
    expect(await ran(team)).toEqual([true, true, true, true]);
    expect((await team.failures()).length).toBe(tried);
  });

  test("a higher quota is live at once, for what waits too", async () => {
    const team = await usedUp(MARK, "hold");
    await team.accept({ event: "late" });
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 1 });
    await team.set({ quotas: { fuel_per_day: 1_000_000_000 } });
    await team.reconfigure();
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 0 });
    expect(await ran(team)).toEqual([true, true]);
  });

  test("jobs, tasks and calls after events wait for the next day, and none is lost", async () => {
    const team = await usedUp(`export const jobs = { later: (payload) => console.log("did", payload) };
      export const runEveryMinute = () => console.log("beat");
      export const onEvent = (event) => { console.log("saw", event.event) };
      export async function processEvent(event, { jobs }) { await jobs.later(event.event).runIn(1, "minute"); return event }`);
    passTime(60_000);
    await team.tick(Date.now());
    await team.accept({ event: "late" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["saw the last one"]);
    expect(await team.status()).toMatchObject({ inbox: 0, followUps: 1 });
    expect(await team.alarm()).toBe(MIDNIGHT);
    await team.restart();
    await team.set({ quotas: null });
    passTime(MIDNIGHT - Date.now());
    await team.work();
    expect((await team.logged("CONSOLE")).toSorted()).toEqual([
      "beat",
      "did the last one",
      "saw late",
      "saw the last one",
    ]);
  });

  test("it stays so when the object begins anew, and for a plugin that is saved again", async () => {
    const team = await usedUp();
    await team.restart();
    await team.install(MARK);
    await team.accept({ event: "late" });
    await team.work();
    expect(await ran(team)).toEqual([true, false]);
  });

  test("the next day begins with all of it", async () => {
    const team = await usedUp();
    passTime(MIDNIGHT - START);
    await team.accept({ event: "a day later" });
    await team.work();
    expect(await ran(team)).toEqual([true, true]);
  });
});

describe("fuel is counted", () => {
  test("of scripts that run anew and of setups, whether they end well or not", async () => {
    const burn = "for (let i = 0; i < 100_000; i++);";
    const team = await TestTeam.create();
    await team.install(`${burn} export const setupPlugin = () => { ${burn} throw new Error("no") };
      export const processEvent = (event) => event`);
    await team.accept({});
    await team.work();
    const script = await usedFuel(team);
    expect(script).toBeGreaterThan(200_000);
    passTime(3_600_000);
    await team.accept({});
    await team.work();
    expect(await usedFuel(team)).toBe(2 * script);
  });
});

describe("the log tells of it", () => {
  test("at 80 % and at 100 %, once a day", async () => {
    const team = await TestTeam.create();
    await team.install(MARK);
    const send = async () => {
      await team.accept({});
      await team.work();
    };
    await send();
    await send();
    const before = await usedFuel(team);
    await send();
    const each = (await usedFuel(team)) - before;
    await team.set({ quotas: { fuel_per_day: before + each * 10 } });
    await team.reconfigure();
    const told = async () => (await team.logged("SYSTEM")).filter((line) => line.includes("quota"));
    while ((await told()).length === 0) await send();
    expect(await usedFuel(team)).toBeLessThan(before + each * 10);
    expect(await told()).toEqual([
      expect.stringMatching(/^8\d % of the quota fuel_per_day are used, \d+ of \d+\. When/),
    ]);
    for (let i = 0; i < 12; i++) await send();
    expect(await told()).toEqual([
      expect.stringMatching(/^8\d %/),
      expect.stringMatching(
        /^\d+ % of the quota fuel_per_day are used, \d+ of \d+: no plugin runs.* 2040-01-02T00:00:00.000Z\.$/,
      ),
    ]);
    passTime(MIDNIGHT - START);
    await send();
    expect(await told()).toHaveLength(2);
  });
});

describe("shards of a team", () => {
  const peopleOf = (shard: number): string =>
    Array.from({ length: 100 }, (_, i) => `person ${i}`).find((id) => shardOf(id, 2) === shard) ?? "";

  test("share one quota: what one has used up is used up in all", async () => {
    const team = await TestTeam.create({ shards: 2 });
    await team.install(MARK);
    const send = async (shard: number) => {
      await team.accept({ distinct_id: peopleOf(shard) });
      await team.work();
    };
    await send(0);
    await send(1);
    const used = await usedFuel(team);
    await team.set({ quotas: { fuel_per_day: used + 1 } });
    await team.reconfigure();
    // The one that is left is used by shard 1; shard 0 keeps the account.
    for (const shard of [1, 0, 1]) await send(shard);
    expect((await ran(team)).filter(Boolean)).toHaveLength(3);
    await team.restart();
    await send(1);
    expect((await ran(team)).filter(Boolean)).toHaveLength(3);
    expect(await ran(team)).toHaveLength(6);
  });

  test("go on with what they know when the account cannot be reached, and tell it later", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create({ shards: 2 });
    await team.install(MARK);
    await team.inside((_, { storage }) => {
      storage.sql.exec(
        "create trigger refuse before insert on fact when new.name = 'usage' begin select raise(abort, 'full'); end",
      );
    });
    await team.accept({ distinct_id: peopleOf(1) });
    await team.work();
    expect(await ran(team)).toEqual([true]);
    expect(errors.mock.calls.flat().join()).toContain("the team's account of its quotas was not told");
    await team.inside((_, { storage }) => void storage.sql.exec("drop trigger refuse"));
    await team.accept({ distinct_id: peopleOf(1) });
    await team.work();
    const used = await usedFuel(team);
    await team.accept({ distinct_id: peopleOf(1) });
    await team.work();
    expect((await usedFuel(team)) - used).toBeLessThan(used);
  });
});
