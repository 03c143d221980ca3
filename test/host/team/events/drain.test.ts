import { abortAllDurableObjects } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";

import { openDatabase } from "../../../../host/team/database.ts";
import * as schema from "../../../../host/team/schema.ts";
import { env, muteErrors, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const PASS = "export const processEvent = (event) => event;";

describe("an event", () => {
  test("goes to the outbox in the transaction that takes it from the inbox", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    await team.install(
      "export async function processEvent(event, { jobs }) { await jobs.later(1).runIn(1, 'day'); await posthog.capture('more', {}); return event; }",
    );
    await team.accept({ event: "one" });
    await team.inside(async (_, { storage }) => {
      const db = await openDatabase(storage);
      db.run("create trigger refuse before insert on outbox begin select raise(abort, 'disk full'); end");
    });
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 1, outbox: 0 });
    expect(await team.failures()).toEqual([]);
    expect(errors).toHaveBeenCalledWith(expect.stringContaining("event 1 is held: Error: disk full"));
    await team.inside(async (_, { storage }) => {
      const db = await openDatabase(storage);
      expect(db.select().from(schema.job).all()).toEqual([]);
      db.run("drop trigger refuse");
    });
    passTime(60_000);
    await team.work();
    expect(await team.eventNames()).toContain("one");
    expect(await team.status()).toMatchObject({ inbox: 0, outbox: 0 });
  });

  test("leaves nothing in R2 by trying in vain", async () => {
    muteErrors();
    const team = await TestTeam.create();
    await team.install(PASS);
    await team.accept({ properties: { big: "x".repeat(700_000) } });
    await team.inside((_, { storage }) => {
      storage.sql.exec("create trigger refuse before insert on outbox begin select raise(abort, 'disk full'); end");
    });
    for (let tries = 0; tries < 3; tries++) {
      await team.work();
      passTime(3_600_000);
    }
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    expect(objects).toHaveLength(1);
    expect(await team.status()).toMatchObject({ inbox: 1 });
  });

  test("on which the host fails waits, and lets the others pass", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    await team.install(PASS);
    await team.accept(
      { event: "bad", distinct_id: "a" },
      { event: "good", distinct_id: "b" },
      { event: "behind", distinct_id: "a" },
    );
    await team.inside(async (_, { storage }) => {
      const db = await openDatabase(storage);
      db.update(schema.inbox).set({ body: "{" }).where(eq(schema.inbox.seq, 1)).run();
    });
    await team.work();
    expect(await team.eventNames()).toEqual(["good"]);
    expect(await team.alarm()).toBeGreaterThan(Date.now());
    passTime(3_600_000);
    await team.accept({ event: "better", distinct_id: "c" });
    await team.work();
    expect(await team.eventNames()).toEqual(["good", "better"]);
    expect(await team.status()).toMatchObject({ inbox: 2 });
    expect(errors).toHaveBeenCalledTimes(2);
  });

  test("is run at most once at a time, in order for each person", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event, { storage, global }) {
        if (global.busy) throw new Error("two at once");
        global.busy = true;
        await new Promise((done) => setTimeout(done, 1));
        global.busy = false;
        event.properties.place = await storage.get("place", 0);
        await storage.set("place", event.properties.place + 1);
        return event;
      }`,
    );
    const sent = Array.from({ length: 30 }, (_, i) => ({ event: `e${i}`, distinct_id: `p${i % 3}` }));
    await Promise.all([team.accept(...sent.slice(0, 10)), team.work()]);
    await Promise.all([team.accept(...sent.slice(10)), team.work()]);
    await team.work();
    const events = await team.events();
    expect(events.map(({ properties }) => properties)).toMatchObject(events.map((_, place) => ({ place })));
    for (const person of ["p0", "p1", "p2"]) {
      const own = (list: { event?: unknown; distinct_id?: unknown }[]) =>
        list.filter(({ distinct_id }) => distinct_id === person).map(({ event }) => event);
      expect(own(events)).toEqual(own(sent));
    }
    expect(await team.failures()).toEqual([]);
  });
});

describe("events that are held", () => {
  const MOODY = `export async function processEvent(event, { storage }) {
    console.log(event.event);
    if (event.distinct_id === "sick" && !(await storage.get("well"))) throw new Error("not today");
    return event;
  }`;

  test("keep the order of their person, and do not keep the alarm busy", async () => {
    const team = await TestTeam.create();
    const config = await team.install(MOODY, { onError: "hold" });
    const sick = Array.from({ length: 20 }, (_, i) => ({ event: `s${i}`, distinct_id: "sick" }));
    await team.accept(...sick, { event: "h0", distinct_id: "healthy" });
    await team.work();
    expect(await team.eventNames()).toEqual(["h0"]);
    await team.accept({ event: "s20", distinct_id: "sick" }, { event: "h1", distinct_id: "healthy" });
    await team.work();
    expect(await team.eventNames()).toEqual(["h0", "h1"]);
    // Only the first was tried, and the alarm waits for its turn.
    expect(await team.logged("CONSOLE")).toEqual(["s0", "h0", "h1"]);
    expect(await team.alarm()).toBeGreaterThan(Date.now());
    expect(await team.work()).toBe(0);

    await team.inside((object) => object.storageSet(config.id, "well", "true"));
    passTime(3_600_000);
    await team.work();
    expect((await team.eventNames()).slice(2)).toEqual([...sick.map(({ event }) => event), "s20"]);
  });

  test("are written anew only when a plugin has changed them", async () => {
    const team = await TestTeam.create();
    await team.install("export const processEvent = (event) => ({ ...event, event: event.event + '!' });", {
      order: 1,
    });
    const config = await team.install(MOODY, { order: 2, onError: "hold" });
    await team.accept({ event: "large", distinct_id: "sick", properties: { big: "x".repeat(700_000) } });
    const put = vi.spyOn(env.BLOBS, "put");
    for (let tries = 0; tries < 5; tries++) {
      await team.work();
      passTime(3_600_000);
    }
    expect(put).toHaveBeenCalledTimes(1);
    await team.inside((object) => object.storageSet(config.id, "well", "true"));
    await team.work();
    expect(await team.eventNames()).toEqual(["large!"]);
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    expect(objects).toHaveLength(1);
  });

  test("survive a restart, and so does their place", async () => {
    const team = await TestTeam.create();
    const config = await team.install(MOODY, { onError: "hold" });
    await team.accept({ event: "s0", distinct_id: "sick" }, { event: "s1", distinct_id: "sick" });
    await team.work();
    await team.restart();
    expect(await team.work()).toBe(0);
    await team.inside((object) => object.storageSet(config.id, "well", "true"));
    passTime(3_600_000);
    await team.work();
    expect(await team.eventNames()).toEqual(["s0", "s1"]);
  });

  test("pass over a plugin that was removed meanwhile", async () => {
    const team = await TestTeam.create();
    const tag = (letter: string) =>
      `export const processEvent = (event) => { event.properties.path = (event.properties.path ?? "") + "${letter}"; return event; };`;
    await team.install(tag("a"), { order: 1 });
    const moody = await team.install(MOODY, { order: 2, onError: "hold" });
    await team.install(tag("c"), { order: 3 });
    await team.accept({ distinct_id: "sick" });
    await team.work();
    await team.update(moody.id, { enabled: false });
    await team.reconfigure();
    passTime(3_600_000);
    await team.work();
    expect(await team.events()).toMatchObject([{ properties: { path: "ac" } }]);
  });
});

describe("an event that is run again", () => {
  test("has the same randomness, time and uuids as before, and captures the same", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) {
        if (event.event === "captured") return event;
        event.properties.random = [Math.random(), Math.random(), Date.now()];
        await posthog.capture("captured", { from: event.uuid });
        await fetch("https://witness.test/", { method: "POST", body: JSON.stringify(event.properties.random) });
        return event;
      }`,
    );
    const seen: string[] = [];
    let answer = (): Promise<Response> => new Promise(() => undefined);
    vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
      seen.push(await new Response(init.body ?? null).text());
      return answer();
    });
    await team.accept({ event: "one" }, { event: "two" });
    // The process ends while the plugin waits.
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => seen.length === 1);
    await abortAllDurableObjects();
    await crashed;

    passTime(1_000);
    answer = async () => new Response("ok");
    await team.workThrough();
    const events = await team.events();
    expect(events.map(({ event }) => event).sort()).toEqual(["captured", "captured", "one", "two"]);
    const one = events.find(({ event }) => event === "one");
    expect(seen).toHaveLength(3);
    expect(seen[1]).toBe(seen[0]);
    expect(seen[2]).not.toBe(seen[0]);
    expect(one).toMatchObject({ properties: { random: JSON.parse(seen[0] ?? "") } });
  });

  test("captures events with the same identity", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export async function processEvent(event, { storage }) {
        if (event.event === "captured") return event;
        await posthog.capture("captured", { distinct_id: "x" });
        if (!(await storage.get("second"))) throw new RetryError("again");
        return event;
      }`,
    );
    await team.accept({ event: "one" });
    await team.work();
    const [first] = await team.events();
    await team.inside((object) => object.storageSet(config.id, "second", "true"));
    await team.workThrough();
    // The local store tells events apart as PostHog does: the second capture was the first again.
    expect(await team.events()).toMatchObject([first, { event: "one" }]);
    expect(await team.events()).toHaveLength(2);
  });
});

describe("an event that takes the object down with it", () => {
  test("does not do so for ever: the others pass", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) {
        if (event.event === "deadly") await fetch("https://abyss.test/");
        return event;
      }`,
    );
    let falls = 0;
    vi.stubGlobal("fetch", () => {
      falls++;
      return new Promise(() => undefined);
    });
    await team.accept(
      { event: "deadly", distinct_id: "a" },
      { event: "one", distinct_id: "b" },
      { event: "two", distinct_id: "b" },
    );
    for (let crash = 1; crash <= 2; crash++) {
      const crashed = team.work().catch(() => undefined);
      await vi.waitUntil(() => falls === crash);
      await abortAllDurableObjects();
      await crashed;
    }
    await team.work();
    expect(await team.eventNames()).toEqual(["one", "two"]);
    expect(await team.status()).toMatchObject({ inbox: 1 });
    expect(await team.alarm()).toBeGreaterThan(Date.now());
    vi.stubGlobal("fetch", async () => new Response("saved"));
    await team.workThrough();
    expect(await team.eventNames()).toEqual(["one", "two", "deadly"]);
  });
});

describe("a plugin without bounds", () => {
  test.each([
    ["loops for ever", "for (;;) {}", "fuel"],
    ["grows without end", "const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));", "memory"],
    ["calls itself for ever", "const again = () => again() + 1; again();", "stack"],
    ["awaits what never comes", "return new Promise(() => {});", "timeout"],
  ])("that %s fails by itself, and harms no other event", async (_, body, kind) => {
    const team = await TestTeam.create();
    const other = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { if (event.event === "bad") { ${body} } event.properties.seen = true; return event; }`,
    );
    await other.install(PASS);
    await other.accept({ event: "neighbour" });
    await team.accept({ event: "before" }, { event: "bad" }, { event: "after" });
    await Promise.all([team.work(), other.work()]);
    expect(await team.events()).toMatchObject([
      { event: "before", properties: { seen: true } },
      { event: "bad" },
      { event: "after", properties: { seen: true } },
    ]);
    expect(await team.failures()).toMatchObject([{ kind, function: "processEvent" }]);
    expect(await other.eventNames()).toEqual(["neighbour"]);
  });
});

describe("a body that was lost in R2", () => {
  test("becomes a dead letter, and holds up nobody", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    const big = "x".repeat(700_000);
    await team.accept({ event: "lost", properties: { big } }, { event: "next" });
    const { objects } = await env.BLOBS.list({ prefix: "teams/" });
    await env.BLOBS.delete(objects.map(({ key }) => key));
    await team.work();
    expect(await team.eventNames()).toEqual(["next"]);
    expect(await team.deadLetters()).toMatchObject([
      { uuid: "unknown", status: 0, answer: expect.stringContaining("is missing in R2") },
    ]);
    expect(errors).toHaveBeenCalledWith(expect.stringContaining("event 1 is given up"));
  });
});
