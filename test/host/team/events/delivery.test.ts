import { beforeEach, describe, expect, test, vi } from "vitest";

import { FakeDestination, POSTHOG_HOST } from "../fake-destination.ts";
import { env, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

let destination: FakeDestination;
let team: TestTeam;

beforeEach(async () => {
  destination = new FakeDestination();
  team = await TestTeam.create({ posthogHost: POSTHOG_HOST, posthogApiKey: "phc_real" });
});

const names = (count: number) => Array.from({ length: count }, (_, i) => ({ event: `e${i}` }));

describe("delivery", () => {
  test("sends a batch, in order, with the team's key and the time of sending", async () => {
    await team.accept(...names(3));
    await team.work();
    expect(destination.batches).toMatchObject([
      {
        url: `${POSTHOG_HOST}/batch/`,
        api_key: "phc_real",
        sent_at: new Date(START).toISOString(),
        batch: [{ event: "e0" }, { event: "e1" }, { event: "e2" }],
      },
    ]);
    expect(await team.status()).toEqual({ tails: 0, inbox: 0, outbox: 0, followUps: 0, webhooks: 0, delivery: null });
    expect(await team.alarm()).toBeNull();
  });

  test("sends no more than 500 events at a time", async () => {
    await team.accept(...names(1100));
    await team.work();
    expect(destination.events.map(({ event }) => event)).toEqual(names(1100).map(({ event }) => event));
    expect(destination.batches.every(({ batch }) => batch.length <= 500)).toBe(true);
  });

  test("tries again without end, in order, with pauses that grow to five minutes", async () => {
    destination.answer = () => 503;
    await team.accept(...names(2));
    await team.work();
    const pauses: number[] = [];
    for (let attempt = 1; attempt < 40; attempt++) {
      expect(destination.batches).toHaveLength(attempt);
      const next = (await team.alarm()) ?? 0;
      pauses.push(next - Date.now());
      vi.setSystemTime(next);
      await team.work();
    }
    pauses.forEach((pause, i) => {
      const whole = Math.min(1000 * 2 ** i, 300_000);
      expect(pause).toBeGreaterThanOrEqual(whole / 2);
      expect(pause).toBeLessThanOrEqual(whole);
    });
    expect(new Set(pauses.slice(-10)).size).toBeGreaterThan(1);
    await team.accept({ event: "later" });
    destination.answer = () => 200;
    await team.workThrough();
    expect(destination.eventNames).toEqual(["e0", "e1", "later"]);
    expect(await team.deadLetters()).toEqual([]);
  });

  test.each([
    ["the network fails", () => new Error("connection refused")],
    ["it answers 500", () => 500],
    ["it answers 408", () => 408],
    ["it redirects", () => new Response(null, { status: 302, headers: { Location: "https://elsewhere.test/" } })],
  ])("loses nothing when %s", async (_, answer) => {
    destination.answer = answer;
    await team.accept(...names(3));
    await team.work();
    expect(await team.status()).toMatchObject({ outbox: 3, delivery: { attempts: 1 } });
    destination.answer = () => 200;
    await team.workThrough();
    expect(destination.eventNames).toEqual(["e0", "e1", "e2"]);
    expect(await team.deadLetters()).toEqual([]);
  });

  test("waits as long as Retry-After says", async () => {
    destination.answer = () => new Response("slow down", { status: 429, headers: { "Retry-After": "1234" } });
    await team.accept({});
    await team.work();
    expect(await team.alarm()).toBe(START + 1_234_000);
    await team.accept({});
    passTime(1_233_999);
    await team.work();
    expect(destination.batches).toHaveLength(1);
    passTime(1);
    await team.work();
    expect(destination.batches).toHaveLength(2);
    expect(await team.status()).toMatchObject({ delivery: { attempts: 2, reason: "PostHog answered 429: slow down" } });
  });

  test("splits a batch that is too large until each part is taken, and keeps the order", async () => {
    destination.answer = ({ batch }) => (batch.length > 3 ? 413 : 200);
    await team.accept(...names(20));
    await team.work();
    expect(destination.eventNames).toEqual(names(20).map(({ event }) => event));
    expect(await team.deadLetters()).toEqual([]);
  });

  test("keeps an event that is refused for good, with the answer, and delivers the others", async () => {
    destination.answer = ({ batch }) =>
      batch.some(({ event }) => event === "e7") ? new Response("no such thing", { status: 400 }) : 200;
    await team.accept(...names(16));
    await team.work();
    expect(destination.eventNames).toEqual(names(16).flatMap(({ event }) => (event === "e7" ? [] : [event])));
    expect(await team.deadLetters()).toMatchObject([
      { event: { event: "e7", distinct_id: "person" }, status: 400, answer: "no such thing", at: START },
    ]);
    expect(await team.status()).toEqual({ tails: 0, inbox: 0, outbox: 0, followUps: 0, webhooks: 0, delivery: null });
  });

  test("keeps a whole batch that is refused for good", async () => {
    destination.answer = () => new Response("unknown key", { status: 401 });
    await team.accept(...names(3));
    await team.work();
    expect(destination.batches).toHaveLength(1);
    expect(await team.deadLetters()).toMatchObject(
      names(3).map((event) => ({ event, status: 401, answer: "unknown key" })),
    );
  });

  test("does not have the plugins run again", async () => {
    await team.install(
      `export function processEvent(event) { console.log("ran"); event.properties.random = Math.random(); return event; }`,
    );
    destination.answer = () => 500;
    await team.accept({});
    await team.work();
    passTime(3_600_000);
    destination.answer = () => 200;
    await team.work();
    const [first, second] = destination.batches.map(({ batch }) => batch);
    expect(second).toEqual(first);
    expect(await team.logged("CONSOLE")).toEqual(["ran"]);
  });

  test("waits for a project key, and goes on at once when there is one", async () => {
    const keyless = await TestTeam.create({ posthogHost: POSTHOG_HOST });
    await env.REGISTRY.prepare("update key set revoked_at = 1 where team_id = ?").bind(keyless.id).run();
    await keyless.accept(...names(2));
    await keyless.work();
    expect(destination.batches).toEqual([]);
    expect(await keyless.status()).toMatchObject({
      outbox: 2,
      delivery: { reason: expect.stringContaining("no project key") },
    });
    await keyless.set({ posthogApiKey: "phc_new" });
    await keyless.reconfigure();
    await keyless.work();
    expect(destination.batches).toMatchObject([{ api_key: "phc_new", batch: names(2) }]);
  });

  test("goes to a new host as soon as the settings say so", async () => {
    destination.answer = () => 500;
    await team.accept({});
    await team.work();
    await team.set({ posthogHost: "https://other.test" });
    await team.reconfigure();
    destination.answer = () => 200;
    await team.work();
    expect(destination.batches.map(({ url }) => url)).toEqual([`${POSTHOG_HOST}/batch/`, "https://other.test/batch/"]);
  });

  test("keeps its pause through a restart of the object", async () => {
    destination.answer = () => 503;
    await team.accept({});
    await team.work();
    const pause = await team.alarm();
    await team.restart();
    await team.work();
    expect(destination.batches).toHaveLength(1);
    expect(await team.alarm()).toBe(pause);
  });

  test("goes on while events are still processed", async () => {
    await team.install(
      `export async function processEvent(event) { await new Promise((done) => setTimeout(done, 1)); return event; }`,
    );
    await team.accept(...names(150));
    await team.work();
    expect(destination.batches.length).toBeGreaterThan(1);
    expect(destination.eventNames).toEqual(names(150).map(({ event }) => event));
  });
});

describe("the time of an event", () => {
  test("is right when it is delivered an hour late and the client's clock is wrong", async () => {
    destination.answer = () => 503;
    const happened = START - 5_000;
    const skew = -3 * 3_600_000;
    await team.accept({
      event: "late",
      timestamp: new Date(happened + skew).toISOString(),
      sent_at: new Date(START + skew).toISOString(),
    });
    await team.accept({ event: "offset", offset: 5_000, sent_at: new Date(START + skew).toISOString() });
    await team.accept({ event: "neither" });
    await team.work();
    passTime(3_600_000);
    destination.answer = () => 200;
    await team.work();
    expect(destination.events).toMatchObject([
      { event: "late", timestamp: new Date(happened).toISOString() },
      { event: "offset", timestamp: new Date(happened).toISOString() },
      { event: "neither", timestamp: new Date(START).toISOString() },
    ]);
    expect(destination.batches.at(-1)?.sent_at).toBe(new Date(START + 3_600_000).toISOString());
    for (const event of destination.events) {
      expect(event).not.toHaveProperty("sent_at");
      expect(event).not.toHaveProperty("offset");
    }
  });

  test("is right when the event was held for an hour", async () => {
    await team.install(`export function processEvent(event, { storage }) { throw new RetryError("later"); }`, {
      onError: "pass",
    });
    await team.accept({ event: "held", timestamp: "2039-12-31T00:00:00Z", sent_at: "2039-12-31T00:00:30Z" });
    await team.workThrough();
    expect(Date.now()).toBeGreaterThan(START + 1_000_000);
    expect(destination.events).toMatchObject([{ timestamp: new Date(START - 30_000).toISOString() }]);
  });
});

describe("an address", () => {
  test.each([
    ["deletes it", "delete event.ip; return event;"],
    ["empties it", "event.ip = null; return event;"],
    ["leaves it out", "const { ip, ...rest } = event; return rest;"],
  ])("does not leave when a plugin %s", async (_, body) => {
    await team.install(`export function processEvent(event) { ${body} }`);
    await team.accept({ event: "private", ip: "203.0.113.77" });
    await team.work();
    expect(destination.events).toMatchObject([{ properties: { $ip: null, $geoip_disable: true } }]);
    expect(JSON.stringify(destination.batches)).not.toContain("203.0.113.77");
  });

  test("leaves as $ip when nobody minds", async () => {
    await team.accept({ ip: "203.0.113.77" });
    await team.work();
    expect(destination.events).toMatchObject([{ properties: { $ip: "203.0.113.77" } }]);
    expect(destination.events[0]).not.toHaveProperty("ip");
  });
});
