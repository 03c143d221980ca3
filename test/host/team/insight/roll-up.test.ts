import { expect, test, vi } from "vitest";
import type { Counters } from "../../../../host/team/insight/counters.ts";
import { lastRollUp } from "../../../../host/store/roll-ups.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import { env, muteErrors, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE_MS = 60_000;

/** Waits for what is told beside the work. */
async function told(team: TestTeam, accepted: number): Promise<Counters> {
  const read = () => lastRollUp(openRegistry(env), team.id, 0);
  await vi.waitFor(async () => expect((await read())?.events.accepted).toBe(accepted));
  const counters = await read();
  if (counters === null) throw new Error("nothing was told");
  return counters;
}

const callsOf = ({ calls }: Counters): number[] =>
  calls.filter(({ function: name }) => name === "processEvent").map(({ kinds }) => kinds.ok ?? 0);

async function counting(): Promise<TestTeam> {
  const team = await TestTeam.create();
  await team.install(`export function processEvent(event) { return event; }`);
  return team;
}

test("what was counted is told at once, then once a minute, and only while something changes", async () => {
  const team = await counting();
  await team.accept({});
  await team.work();
  expect(await told(team, 1)).toMatchObject({ events: { delivered: 1 }, waiting: { inbox: 0, outbox: 0 } });
  await team.accept({}, {});
  await team.work();
  // Not yet; an alarm is set for it.
  expect((await told(team, 1)).events.accepted).toBe(1);
  expect(await team.alarm()).toBe(START + MINUTE_MS);
  passTime(MINUTE_MS);
  await team.work();
  expect(callsOf(await told(team, 3))).toEqual([3]);
  expect(await team.alarm()).toBeNull();
});

test("counters go on over restarts and hours, and never back", async () => {
  const team = await counting();
  for (let round = 1; round <= 5; round++) {
    await team.accept({}, {});
    await team.work();
    expect(callsOf(await told(team, round * 2))).toEqual([round * 2]);
    await team.restart();
    passTime(25 * MINUTE_MS);
  }
});

test("what is to be told is not forgotten with the object's memory", async () => {
  const team = await counting();
  await team.accept({});
  await team.work();
  await told(team, 1);
  await team.accept({});
  await team.work();
  await team.restart();
  passTime(MINUTE_MS);
  await team.work();
  expect(callsOf(await told(team, 2))).toEqual([2]);
});

test("a registry that cannot be reached holds up nothing, and is told later", async () => {
  const team = await counting();
  await team.accept({});
  await team.work();
  await told(team, 1);
  passTime(MINUTE_MS);
  const complaints = muteErrors();
  await env.REGISTRY.prepare("alter table roll_up rename to roll_up_away").run();
  await team.accept({});
  await team.work();
  expect(await team.events()).toHaveLength(2);
  await vi.waitFor(() => expect(complaints).toHaveBeenCalledWith(expect.stringContaining("were not told")));
  await env.REGISTRY.prepare("alter table roll_up_away rename to roll_up").run();
  await vi.waitFor(async () => expect(await team.alarm()).not.toBeNull());
  passTime(MINUTE_MS);
  await team.work();
  expect(callsOf(await told(team, 2))).toEqual([2]);
});
