import { runDurableObjectAlarm, SELF } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { openDatabase } from "../../../host/team/database.ts";
import type { FakeDestination as Destination } from "./fake-destination.ts";
import { FakeDestination, POSTHOG_HOST } from "./fake-destination.ts";
import { env, muteErrors, passTime, TestTeam, useClock } from "./test-team.ts";

useClock();

const capture = (team: TestTeam, ...batch: object[]) =>
  SELF.fetch("https://hog.test/batch/", { method: "POST", body: JSON.stringify({ api_key: team.token, batch }) });

const big = (event: string, length: number) => ({ event, distinct_id: "p", properties: { big: "x".repeat(length) } });

/** Runs a statement in the object's database. */
const sql = (team: TestTeam, statement: string) =>
  team.inside(async (_, { storage }) => void (await openDatabase(storage)).run(statement));

describe("capture", () => {
  test("answers 200 when the event is in the inbox", async () => {
    const team = await TestTeam.create();
    const response = await capture(team, { event: "one", distinct_id: "p" });
    expect([response.status, await response.json()]).toEqual([200, { status: 1 }]);
    expect(await team.status()).toMatchObject({ inbox: 1 });
    expect(await team.alarm()).toBe(Date.now());
  });

  test("answers 503 while the team's database takes nothing, and 200 afterwards", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    await team.accept({ event: "before" });
    await sql(team, "create trigger refuse before insert on inbox begin select raise(abort, 'disk full'); end");
    const refused = await capture(team, { event: "one", distinct_id: "p" }, big("large", 700_000));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("5");
    expect(errors).toHaveBeenCalledWith(expect.stringContaining("disk full"));
    expect(await team.status()).toMatchObject({ inbox: 1 });
    // What was already in R2 does not stay there.
    expect((await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` })).objects).toEqual([]);
    await sql(team, "drop trigger refuse");
    expect((await capture(team, { event: "one", distinct_id: "p" })).status).toBe(200);
    await team.work();
    expect(await team.eventNames()).toEqual(["before", "one"]);
  });

  test("answers 503 when a large event cannot be put into R2", async () => {
    muteErrors();
    const team = await TestTeam.create();
    vi.spyOn(env.BLOBS, "put").mockRejectedValue(new Error("R2 is down"));
    expect((await capture(team, big("large", 700_000))).status).toBe(503);
    expect(await team.status()).toMatchObject({ inbox: 0 });
  });
});

describe("a large event", () => {
  test("of 1.9 MB goes all the way, through a plugin, and leaves nothing in R2", async () => {
    const destination = new FakeDestination();
    const team = await TestTeam.create({ posthogHost: POSTHOG_HOST });
    await team.install(
      `export function processEvent(event) { event.properties.length = event.properties.big.length; return event; }`,
    );
    expect((await capture(team, big("large", 1_900_000), { event: "small", distinct_id: "p" })).status).toBe(200);
    const blobs = async () => (await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` })).objects.length;
    expect(await blobs()).toBe(1);
    await team.work();
    expect(destination.events).toMatchObject([
      { event: "large", properties: { length: 1_900_000, big: "x".repeat(1_900_000) } },
      { event: "small" },
    ]);
    expect(await blobs()).toBe(0);
  });

  test("waits in R2 while it is held, and stays there when it is refused", async () => {
    const destination = new FakeDestination();
    destination.answer = ({ batch }) => (batch.length > 1 ? 413 : new Response("too large", { status: 413 }));
    const team = await TestTeam.create({ posthogHost: POSTHOG_HOST });
    await team.install(
      `export async function processEvent(event, { storage }) {
        if (await storage.get("again")) return event;
        await storage.set("again", true);
        throw new RetryError("once more");
      }`,
    );
    await team.accept(big("large", 1_500_000));
    await team.workThrough();
    expect(await team.deadLetters()).toMatchObject([{ event: { event: "large" }, status: 413, answer: "too large" }]);
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    expect(objects).toHaveLength(1);
  });

  test("is one of many in a request of 20 MB", { timeout: 60_000 }, async () => {
    const team = await TestTeam.create();
    // One character that is not Latin-1 makes a text twice as long on its way.
    const events = Array.from({ length: 9 }, (_, i) => big(`e${i}`, 2_000_000)).map((event) => ({
      ...event,
      properties: { big: `\u2603${event.properties.big}` },
    }));
    const response = await capture(team, ...events);
    expect([response.status, await response.text()]).toEqual([200, '{"status":1}']);
    await team.work();
    expect(await team.eventNames()).toEqual(events.map(({ event }) => event));
  });
});

describe("the alarm", () => {
  let destination: Destination;
  let team: TestTeam;

  beforeEach(async () => {
    destination = new FakeDestination();
    team = await TestTeam.create({ posthogHost: POSTHOG_HOST });
  });
  afterEach(() => void vi.restoreAllMocks());

  /** Rings the alarm, which must not throw, and sees that it is set again. */
  async function ringInTrouble(): Promise<number> {
    expect(await runDurableObjectAlarm(team.stub())).toBe(true);
    const next = await team.alarm();
    expect(next).toBeGreaterThan(Date.now());
    return next ?? 0;
  }

  test("outlives a registry that cannot be reached", async () => {
    const errors = muteErrors();
    await team.accept({ event: "one" });
    const down = vi.spyOn(env.REGISTRY, "prepare").mockImplementation(() => {
      throw new Error("D1 is down");
    });
    for (let i = 0; i < 10; i++) {
      expect(await ringInTrouble()).toBe(Date.now() + 5_000);
      // What arrives meanwhile is taken, and does not make it ask more often.
      await team.accept({ event: `meanwhile ${i}` });
      expect(await team.alarm()).toBe(Date.now() + 5_000);
      passTime(5_000);
    }
    // Once more for the counters, which could not be told either.
    expect(errors).toHaveBeenCalledTimes(11);
    down.mockRestore();
    await team.work();
    expect(destination.events).toHaveLength(11);
  });

  test("outlives R2 that cannot be reached, before the plugins and behind them", async () => {
    muteErrors();
    await team.install("export const processEvent = (event) => event;");
    await team.reconfigure();
    await team.accept(big("large", 700_000), { event: "other", distinct_id: "q" });
    const get = vi.spyOn(env.BLOBS, "get").mockRejectedValue(new Error("R2 is down"));
    await team.work();
    // Those that need nothing of it pass.
    expect(await team.status()).toMatchObject({ inbox: 1 });
    for (let i = 0; i < 10; i++) {
      const next = (await team.alarm()) ?? 0;
      expect(next).toBeGreaterThan(Date.now());
      vi.setSystemTime(next);
      await team.work();
    }
    get.mockRestore();
    const put = vi.spyOn(env.BLOBS, "put").mockRejectedValue(new Error("R2 is full"));
    passTime(3_600_000);
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 1 });
    put.mockRestore();
    passTime(3_600_000);
    get.mockRejectedValue(new Error("R2 is down"));
    await team.work();
    get.mockRestore();
    await team.workThrough();
    expect(destination.eventNames.toSorted()).toEqual(["large", "other"]);
    expect(await team.status()).toEqual({ tails: 0, inbox: 0, outbox: 0, followUps: 0, webhooks: 0, delivery: null });
  });

  test("outlives its own database", async () => {
    const errors = muteErrors();
    await team.accept({ event: "one" });
    await sql(team, "alter table job rename to job_elsewhere");
    expect(await ringInTrouble()).toBe(Date.now() + 5_000);
    passTime(5_000);
    expect(await ringInTrouble()).toBe(Date.now() + 5_000);
    expect(errors).toHaveBeenCalled();
    await sql(team, "alter table job_elsewhere rename to job");
    passTime(5_000);
    await team.work();
    expect(destination.eventNames).toEqual(["one"]);
  });

  test("is set again by a request when the platform has given it up", async () => {
    await team.accept({ event: "one" });
    await team.inside((_, { storage }) => storage.deleteAlarm());
    await team.restart();
    // Any look at the object will do.
    await team.status();
    expect(await team.alarm()).toBe(Date.now());
    await team.work();
    expect(destination.eventNames).toEqual(["one"]);
  });

  test("is not set when there is nothing to do", async () => {
    await team.accept({ event: "one" });
    expect(await team.work()).toBe(1);
    expect(await team.alarm()).toBeNull();
    await team.restart();
    await team.status();
    expect(await team.alarm()).toBeNull();
  });
});

describe("events that arrive while the alarm works", () => {
  test("are seen before a slow delivery is over", async () => {
    const destination = new FakeDestination();
    const team = await TestTeam.create({ posthogHost: POSTHOG_HOST });
    await team.install(`export const processEvent = (event) => { console.log(event.event); return event; };`);
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    destination.answer = async () => {
      await finished;
      return 200;
    };
    await team.accept({ event: "one" });
    const working = team.work();
    await vi.waitUntil(() => destination.batches.length === 1);
    await team.accept({ event: "two" });
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).length === 2);
    expect(destination.batches).toHaveLength(1);
    finish();
    await working;
    await team.work();
    expect(destination.eventNames).toEqual(["one", "two"]);
  });
});
