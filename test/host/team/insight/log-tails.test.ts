import { afterEach, describe, expect, test, vi } from "vitest";
import type { LogFilter } from "../../../../host/team/insight/log-filter.ts";
import { passTime, TestTeam, useClock } from "../test-team.ts";

useClock();
afterEach(() => void vi.useRealTimers());

const tailOf = (team: TestTeam, filter: LogFilter = {}, after?: number) =>
  team.stub().tailLogs({ teamId: team.id, shard: 0 }, filter, after);

/** Writes lines as TeamLog does, so many of a config. */
const write = (team: TestTeam, count: number, pluginConfigId = 1): Promise<void> =>
  team.inside((_, { storage: { sql } }) => {
    for (let i = 0; i < count; i++)
      sql.exec(
        "insert into log_entry (at, plugin_config_id, source, type, message) values (?, ?, 'CONSOLE', 'LOG', 'said')",
        Date.now(),
        pluginConfigId,
      );
  });

describe("a tail", () => {
  test("goes on after a line, in as many steps as it takes", async () => {
    const team = await TestTeam.create();
    await write(team, 500);
    const tail = await tailOf(team, {}, 100);
    const steps = [await tail.next(), await tail.next()];
    expect(steps).toMatchObject([
      { leftOut: 0, upTo: 300 },
      { leftOut: 0, upTo: 500 },
    ]);
    expect(steps.map((step) => step?.entries.length)).toEqual([200, 200]);
    tail[Symbol.dispose]();
  });

  test("takes a reader that is far behind to the present, and says how much it misses", async () => {
    const team = await TestTeam.create();
    await write(team, 3000);
    const tail = await tailOf(team, {}, 500);
    const step = await tail.next();
    expect(step).toMatchObject({ leftOut: 1500, upTo: 2200 });
    expect(step?.entries[0]?.id).toBe(2001);
    tail[Symbol.dispose]();
    // Of a filter, what does not fit is nothing that is missed.
    const quiet = await tailOf(team, { pluginConfigId: 2 }, 500);
    expect(await quiet.next()).toEqual({ entries: [], leftOut: 0, upTo: 3000 });
    quiet[Symbol.dispose]();
  });

  test("counts what is no longer kept among what is left out", async () => {
    const team = await TestTeam.create();
    await write(team, 50);
    await team.inside((_, { storage: { sql } }) => void sql.exec("delete from log_entry where id <= 30"));
    const tail = await tailOf(team, {}, 10);
    expect(await tail.next()).toMatchObject({ leftOut: 20, upTo: 50 });
    tail[Symbol.dispose]();
  });

  test("ends after an hour", async () => {
    const team = await TestTeam.create();
    await team.install(`export function processEvent(event) { console.log(event.event); return event; }`);
    const tail = await tailOf(team);
    await tail.next();
    passTime(3_600_000);
    await team.accept({ event: "late" });
    await team.work();
    expect(await tail.next()).toBeNull();
    expect(await team.status()).toMatchObject({ tails: 0 });
  });

  test("beats while nothing is said, and leaves no timer behind", async () => {
    const team = await TestTeam.create();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    await team.inside(async (object) => {
      const tail = object.tailLogs({ teamId: team.id, shard: 0 }, {});
      await tail.next();
      const beat = tail.next();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await beat).toEqual({ entries: [], leftOut: 0, upTo: 0 });
      const ofOthers = vi.getTimerCount();
      const waiting = tail.next();
      expect(vi.getTimerCount()).toBe(ofOthers + 1);
      tail.end();
      expect(await waiting).toBeNull();
      expect(vi.getTimerCount()).toBe(ofOthers);
    });
  });
});
