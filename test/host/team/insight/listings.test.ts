import { describe, expect, test, vi } from "vitest";

import { FakeDestination, POSTHOG_HOST } from "../fake-destination.ts";
import { env, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const numbered = (count: number) => Array.from({ length: count }, (_, i) => ({ event: `e${i}` }));

describe("a list of events", () => {
  const page = (team: TestTeam, query: { limit: number; before?: number }) =>
    team.inside(async (object) => {
      const { results, next } = await object.listEvents({ teamId: team.id, shard: 0 }, query);
      return { names: results.map(({ event }) => event), next };
    });

  test("comes in pages, newest first", async () => {
    const team = await TestTeam.create();
    await team.accept(...numbered(5));
    await team.work();
    const first = await page(team, { limit: 2 });
    expect(first.names).toEqual(["e4", "e3"]);
    const second = await page(team, { limit: 2, before: first.next ?? 0 });
    expect(second.names).toEqual(["e2", "e1"]);
    expect(await page(team, { limit: 2, before: second.next ?? 0 })).toEqual({ names: ["e0"], next: null });
  });

  test("has shorter pages when its events are large", async () => {
    const team = await TestTeam.create();
    const big = "x".repeat(1_900_000);
    await team.accept(...numbered(5).map((event) => ({ ...event, properties: { big } })));
    await team.work();
    const first = await page(team, { limit: 1000 });
    expect(first.names).toEqual(["e4", "e3"]);
    expect((await page(team, { limit: 1000, before: first.next ?? 0 })).names).toEqual(["e2", "e1"]);
  });

  test("does not break off at an event that was lost in R2", async () => {
    const team = await TestTeam.create();
    const [sent] = await team.accept({ event: "lost", properties: { big: "x".repeat(700_000) } }, { event: "kept" });
    await team.work();
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    await env.BLOBS.delete(objects.map(({ key }) => key));
    const { uuid } = sent?.event ?? {};
    expect(await team.events()).toMatchObject([{ event: "lost", uuid, distinct_id: "person" }, { event: "kept" }]);
  });

  test("shows an event once that came twice, as it came last, and keeps no old body", async () => {
    const team = await TestTeam.create();
    const same = { uuid: "11111111-2222-4333-8444-555555555555", event: "twice", timestamp: "2039-01-01T00:00:00Z" };
    await team.accept({ ...same, properties: { take: 1, big: "x".repeat(700_000) } }, { event: "between" });
    await team.work();
    await team.accept({ ...same, properties: { take: 2, big: "x".repeat(700_000) } });
    await team.work();
    expect(await team.events()).toMatchObject([{ event: "twice", properties: { take: 2 } }, { event: "between" }]);
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    expect(objects).toHaveLength(1);
  });
});

describe("dead letters", () => {
  test("come in pages, newest first, lost ones among them", async () => {
    const destination = new FakeDestination();
    destination.answer = () => new Response("go away", { status: 403 });
    const team = await TestTeam.create({ posthogHost: POSTHOG_HOST, posthogApiKey: "phc_x" });
    const [first] = await team.accept({ event: "large", properties: { big: "x".repeat(700_000) } }, ...numbered(2));
    await team.work();
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    await env.BLOBS.delete(objects.map(({ key }) => key));
    const uuid = first?.event.uuid;
    expect(await team.deadLetters()).toMatchObject([
      { uuid, event: { uuid }, answer: "go away" },
      { event: { event: "e0" } },
      { event: { event: "e1" } },
    ]);
    const page = await team.inside((object) => object.listDeadLetters({ teamId: team.id, shard: 0 }, { limit: 2 }));
    expect([page.results.length, page.next]).toEqual([2, 2]);
  });
});

describe("the log", () => {
  test("takes two hundred entries of a call, and counts the others", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { for (let i = 0; i < event.properties.lines; i++) console.log("line " + i); return event; }`,
    );
    await team.accept({ properties: { lines: 250 } }, { properties: { lines: 1 } });
    await team.work();
    const logged = await team.logged();
    expect(logged.filter((line) => line.startsWith("line"))).toHaveLength(201);
    expect(logged.at(-2)).toBe("50 more entries of this call were left out: at most 200 are kept");
    expect(logged.at(-1)).toBe("line 0");
  });

  test("keeps the last ten thousand", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { for (let i = 0; i < 200; i++) console.log(event.event); return event; }`,
    );
    await team.accept(...numbered(60));
    await team.work();
    const count = await team.inside(
      (_, { storage }) => storage.sql.exec<{ rows: number }>("select count(*) as rows from log_entry").one().rows,
    );
    expect(count).toBeGreaterThanOrEqual(10_000);
    expect(count).toBeLessThan(10_256);
  });

  test("keeps the words of a quiet plugin, however much another one says", async () => {
    const team = await TestTeam.create();
    const quiet = await team.install(
      `export function processEvent(event) { if (event.event === "e0") console.log("once"); return event; }`,
    );
    const chatty = await team.install(
      `export function processEvent(event) { for (let i = 0; i < 200; i++) console.log(event.event); return event; }`,
    );
    await team.accept(...numbered(60));
    await team.work();
    const of = async (pluginConfigId: number, query = { limit: 1000 }) =>
      (await team.inside((object) => object.listLogs({ teamId: team.id, shard: 0 }, query, { pluginConfigId })))
        .results;
    expect((await of(quiet.id)).map(({ message: text }) => text)).toContain("once");
    expect((await of(chatty.id))[0]?.message).toBe("e59");
  });

  test("knows which function's call said it, and for which event", async () => {
    const team = await TestTeam.create();
    await team.install(`
      console.log("script");
      export function setupPlugin() { console.log("setup"); }
      export function processEvent(event) { console.log("event"); if (event.event === "bad") throw new Error("no"); return event; }
      export function exportEvents() { console.log("export"); }
      export async function onEvent(event, { jobs }) { await jobs.later({}).runNow(); }
      export const jobs = { later() { console.log("job"); } };`);
    const [, bad] = await team.accept({ event: "good" }, { event: "bad" });
    await team.workThrough();
    const { results } = await team.inside((object) => object.listLogs({ teamId: team.id, shard: 0 }, { limit: 100 }));
    const said = (text: string) => results.filter(({ message: each }) => each.includes(text));
    expect(said("script")[0]).toMatchObject({ function: null, eventUuid: null });
    expect(said("setup")[0]).toMatchObject({ function: "setupPlugin", eventUuid: null });
    expect(said("event")[0]).toMatchObject({ function: "processEvent", eventUuid: bad?.event.uuid });
    expect(said("Error: no")[0]).toMatchObject({ type: "ERROR", function: "processEvent", eventUuid: bad?.event.uuid });
    expect(said("export")[0]).toMatchObject({ function: "exportEvents", eventUuid: null });
    expect(said("job")[0]).toMatchObject({ function: "jobs.later", eventUuid: null });
    expect(said("Plugin loaded.")[0]).toMatchObject({ source: "SYSTEM", function: null, eventUuid: null });
  });

  test("takes no more of an event's uuid than a uuid has, whatever a plugin made of it", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { event.uuid = event.event === "text" ? "x".repeat(100_000) : { a: 1 }; return event; }`,
    );
    await team.install(`export function processEvent(event) { console.log("seen " + event.event); return event; }`);
    await team.accept({ event: "text" }, { event: "object" });
    await team.work();
    const { results } = await team.inside((object) =>
      object.listLogs({ teamId: team.id, shard: 0 }, { limit: 100 }, { search: "seen" }),
    );
    expect(results.map(({ eventUuid }) => eventUuid)).toEqual([null, "x".repeat(200)]);
  });

  test("forgets what is older than the team wants it, once an hour", async () => {
    const team = await TestTeam.create({ logRetentionDays: 2 });
    await team.install(`export function processEvent(event) { console.log(event.event); return event; }`);
    await team.accept({ event: "old" });
    await team.work();
    passTime(86_400_000);
    await team.accept({ event: "young" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["old", "young"]);
    passTime(86_400_001);
    await team.accept({ event: "new" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["young", "new"]);
  });

  test("tells of rejections that a plugin left unhandled", async () => {
    const team = await TestTeam.create();
    await team.install(`export function processEvent(event) { Promise.reject(new Error("forgotten")); return event; }`);
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one"]);
    expect(await team.logged("PLUGIN")).toEqual(["processEvent: unhandled rejection: Error: forgotten"]);
  });
});

describe("recent events", () => {
  test("are as the plugins got and left them, without what delivery adds", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { event.properties.seen = Object.keys(event.properties); return event; }`,
    );
    const [sent] = await team.accept({ properties: { a: 1 } });
    await team.work();
    const [recent] = await team.inside((object) => object.listRecentEvents({ teamId: team.id, shard: 0 }, 1));
    expect(recent?.before).toEqual(sent?.event);
    expect(recent?.after).toEqual({ ...sent?.event, properties: { a: 1, seen: ["a"] } });
    expect((await team.events())[0]).toMatchObject({ properties: { $ip: "203.0.113.7" } });
  });

  test("show what came, what left, and what the plugins did", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { return event.event === "e0" ? null : { ...event, event: "changed" }; }`,
    );
    await team.accept(...numbered(2));
    await team.work();
    const recent = await team.inside((object) => object.listRecentEvents({ teamId: team.id, shard: 0 }, 10));
    expect(recent).toMatchObject([
      { before: { event: "e1" }, after: { event: "changed" }, outcomes: [{ kind: "ok" }] },
      { before: { event: "e0" }, after: null, outcomes: [{ kind: "dropped" }] },
    ]);
  });

  test("are a ring", async () => {
    const team = await TestTeam.create();
    await team.accept(...numbered(400));
    await team.work();
    const recent = await team.inside((object) => object.listRecentEvents({ teamId: team.id, shard: 0 }, 1000));
    expect(recent.length).toBeGreaterThanOrEqual(256);
    expect(recent.length).toBeLessThan(256 + 64);
    expect(recent[0]).toMatchObject({ before: { event: "e399" } });
  });
});

describe("the status", () => {
  test("says how much waits, and for what", async () => {
    vi.stubGlobal("fetch", async () => new Response("busy", { status: 503 }));
    const team = await TestTeam.create({ posthogHost: POSTHOG_HOST, posthogApiKey: "phc_x" });
    await team.accept(...numbered(2));
    await team.work();
    await team.accept(...numbered(3));
    expect(await team.status()).toMatchObject({
      inbox: 3,
      outbox: 2,
      delivery: { attempts: 1, reason: "PostHog answered 503: busy" },
    });
  });
});
