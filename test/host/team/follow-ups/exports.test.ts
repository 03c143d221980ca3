import { abortAllDurableObjects } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";

import { openDatabase } from "../../../../host/team/database.ts";
import { metric } from "../../../../host/team/schema.ts";
import { passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

/** Says how many events each call was given. */
const COUNTING = `export async function exportEvents(events) { console.log(events.length); }`;

/** Says the names of the events that each call was given. */
const NAMING = `export async function exportEvents(events) { console.log(events.map(({ event }) => event).join(" ")); }`;

const named = (...names: string[]) => names.map((event) => ({ event }));

/** Events whose JSON has the same length each. */
const equal = (count: number) => Array.from({ length: count }, () => ({ event: "same" }));

/** Characters of the JSON of such an event of a team, as a plugin gets it. */
async function lengthOfEach({ id }: TestTeam): Promise<number> {
  const team = await TestTeam.create();
  await team.install(`export const onEvent = (event) => console.log(JSON.stringify(event).length);`);
  await team.accept(...equal(1));
  await team.work();
  // The event has its team's id in it.
  return Number((await team.logged("CONSOLE"))[0]) + String(id).length - String(team.id).length;
}

const REPORT = "$$plugin_metrics";

/** The metrics of a config: what has been told of them, and what has not yet. */
async function metricsOf(team: TestTeam, configId: number): Promise<Record<string, number>> {
  const rows = await team.inside(async (_, { storage }) => {
    const db = await openDatabase(storage);
    return db.select().from(metric).where(eq(metric.pluginConfigId, configId)).all();
  });
  const sums = new Map(rows.map(({ name, value }) => [name, value]));
  for (const { event, properties } of await team.events())
    if (event === REPORT)
      for (const [name, value] of Object.entries(properties as Record<string, unknown>))
        if (typeof value === "number" && name !== "plugin_id") sums.set(name, (sums.get(name) ?? 0) + value);
  return Object.fromEntries(sums);
}

describe("exportEvents", () => {
  test("is given what came within the seconds of its config, without what it ignores", async () => {
    const team = await TestTeam.create();
    const config = await team.install(NAMING, {
      config: { exportEventsBufferSeconds: "1", exportEventsToIgnore: "no, not this ,x" },
    });
    await team.accept(...named("one", "no", "not this", "two", "nothing"));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual([]);
    expect(await team.alarm()).toBe(START + 1_000);
    passTime(1_000);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["one two nothing"]);
    expect(await team.eventNames()).toHaveLength(5);
    expect(await metricsOf(team, config.id)).toEqual({ events_seen: 3, events_delivered_successfully: 3 });
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test.each([
    ["ten by default", {}, 10_000],
    ["as its config says", { exportEventsBufferSeconds: "30" }, 30_000],
    ["no less than one", { exportEventsBufferSeconds: "0" }, 1_000],
    ["no more than 600", { exportEventsBufferSeconds: 100_000 }, 600_000],
    ["by the digits in front", { exportEventsBufferSeconds: "1e3" }, 1_000],
    ["ten by default, whatever is there instead", { exportEventsBufferSeconds: "soon" }, 10_000],
  ])("waits seconds for others: %s", async (_, config, waitMs) => {
    const team = await TestTeam.create();
    await team.install(COUNTING, { config });
    await team.accept({});
    await team.work();
    expect(await team.alarm()).toBe(START + waitMs);
  });

  test("is given batches whose JSON is not longer than its config says: fourteen of seven, and one of two", async () => {
    const team = await TestTeam.create();
    const length = await lengthOfEach(team);
    await team.install(COUNTING, { config: { exportEventsBufferBytes: String(7 * length + 3) } });
    await team.accept(...equal(100));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(Array.from({ length: 14 }, () => "7"));
    passTime(10_000);
    await team.work();
    expect((await team.logged("CONSOLE")).slice(14)).toEqual(["2"]);
  });

  test("is given a batch that has the very length", async () => {
    const team = await TestTeam.create();
    const length = await lengthOfEach(team);
    await team.install(COUNTING, { config: { exportEventsBufferBytes: 3 * length } });
    await team.accept(...equal(4));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["3"]);
  });

  test("is given each event alone that is longer", async () => {
    const team = await TestTeam.create();
    await team.install(COUNTING, { config: { exportEventsBufferBytes: "1" } });
    await team.accept(...equal(5));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["1", "1", "1", "1", "1"]);
  });

  test("leaves the author's own onEvent to run for every event", async () => {
    const team = await TestTeam.create();
    await team.install(`${NAMING}\nexport const onEvent = ({ event }) => console.log("on " + event);`, {
      config: { exportEventsToIgnore: "two" },
    });
    await team.accept(...named("one", "two"));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["on one", "on two"]);
    passTime(10_000);
    await team.work();
    expect((await team.logged("CONSOLE"))[2]).toBe("one");
  });

  test("is called before the teardown when its config goes", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`${NAMING}\nexport const teardownPlugin = () => console.log("teardown");`);
    await team.accept(...named("one", "two"));
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    expect(await team.logged("CONSOLE")).toEqual(["one two", "teardown"]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("is called at once by the code that takes its place", async () => {
    const team = await TestTeam.create();
    const config = await team.install(NAMING);
    await team.accept(...named("one", "two"));
    await team.work();
    await team.upgrade(config, NAMING.replace("console.log(", `console.log("new " + `));
    await team.reconfigure();
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["new one two"]);
  });

  test("finds its batch after a restart", async () => {
    const team = await TestTeam.create();
    await team.install(NAMING);
    await team.accept(...named("one"));
    await team.work();
    await team.restart();
    await team.accept(...named("two"));
    await team.work();
    passTime(10_000);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["one two"]);
  });
});

describe("an export that fails", () => {
  test("with RetryError is made again with the same events, after 6 seconds, 12 and so on", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export async function exportEvents(events, { cache }) {
        console.log(events.map(({ event }) => event).join(" "));
        if ((await cache.incr("calls")) < 3) throw new RetryError("not yet");
      }`,
    );
    await team.accept(...named("one", "two"));
    await team.work();
    passTime(10_000);
    await team.work();
    expect(await team.alarm()).toBe(Date.now() + 6_000);
    await team.accept(...named("three"));
    await team.work();
    passTime(6_000);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["one two", "one two"]);
    passTime(4_000);
    await team.work();
    // Others have their turn meanwhile.
    expect((await team.logged("CONSOLE")).at(-1)).toBe("three");
    expect(await team.alarm()).toBe(Date.now() + 8_000);
    passTime(8_000);
    await team.work();
    expect((await team.logged("CONSOLE")).at(-1)).toBe("one two");
    expect(await metricsOf(team, config.id)).toEqual({
      events_seen: 3,
      retry_errors: 2,
      events_delivered_successfully: 3,
    });
    expect(await team.deadLetters()).toEqual([]);
  });

  test("with RetryError without end is made 15 times again, and then kept as dead letters", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const exportEvents = () => { throw new RetryError("never"); };`);
    await team.accept(...named("one", "two"));
    await team.workThrough();
    expect((await team.failures()).map(({ kind }) => kind)).toEqual(Array.from({ length: 16 }, () => "retry"));
    expect(await team.deadLetters()).toMatchObject(
      ["one", "two"].map((event) => ({
        event: { event },
        at: START + 10_000 + 3_000 * (2 ** 16 - 2),
        answer: "RetryError: never",
        status: 0,
        pluginConfigId: config.id,
        function: "exportEvents",
      })),
    );
    expect(await metricsOf(team, config.id)).toEqual({ events_seen: 2, retry_errors: 16, undelivered_events: 2 });
    expect((await team.logged("SYSTEM")).at(-1)).toBe(
      "exportEvents was given up for 2 events, which are dead letters now: RetryError: never",
    );
  });

  test.each([
    { onError: "pass" as const, calls: 1, dead: ["one", "two"] },
    { onError: "drop" as const, calls: 1, dead: [] },
    { onError: "hold" as const, calls: 16, dead: ["one", "two"] },
  ])("otherwise is told, and onError $onError decides", async ({ onError, calls, dead }) => {
    const team = await TestTeam.create();
    const config = await team.install(`export const exportEvents = () => { throw new Error("no luck"); };`, {
      onError,
    });
    await team.accept(...named("one", "two"));
    await team.workThrough();
    expect(await team.failures()).toMatchObject(
      Array.from({ length: calls }, () => ({ function: "exportEvents", kind: "threw", message: "Error: no luck" })),
    );
    expect((await team.deadLetters()).map(({ event }) => event["event"])).toEqual(dead);
    expect(await metricsOf(team, config.id)).toMatchObject({ other_errors: calls, undelivered_events: 2 });
    expect((await team.eventNames()).filter((name) => name !== REPORT)).toEqual(["one", "two"]);
  });

  test("is made again, with the same events, when the process ended in the middle of it", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export const exportEvents = (events) =>
        fetch("https://witness.test/", { method: "POST", body: events.map(({ event }) => event).join(" ") + Math.random() });`,
    );
    const seen: string[] = [];
    let answer = (): Promise<Response> => new Promise(() => undefined);
    vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
      seen.push(await new Response(init.body ?? null).text());
      return answer();
    });
    await team.accept(...named("one", "two"));
    await team.work();
    passTime(10_000);
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => seen.length === 1);
    await abortAllDurableObjects();
    await crashed;
    answer = async () => new Response("ok");
    await team.workThrough();
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatch(/^one two0\./);
    expect(seen[1]).toBe(seen[0]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("by a config that is gone leaves its events as dead letters", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const exportEvents = () => { throw new RetryError("later"); };`);
    await team.accept(...named("one"));
    await team.work();
    passTime(10_000);
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.workThrough();
    expect(await team.deadLetters()).toMatchObject([
      { event: { event: "one" }, answer: "the plugin config is gone or disabled" },
    ]);
    expect(await team.logged("SYSTEM")).toContain(
      "exportEvents was given up for 1 event, which is a dead letter now: the plugin config is gone or disabled",
    );
  });
});
