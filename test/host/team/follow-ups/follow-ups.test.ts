import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";

import type { TeamObject } from "../../../../host/team/team-object.ts";
import { env, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const TELLING = `export function onEvent(event) { console.log(event.event); }`;

describe("onEvent", () => {
  test("is given the event as the plugins left it, with the time and identity it leaves with", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { event.properties.by = "plugin"; delete event.ip; return event; }`,
    );
    await team.install(`export function onEvent(event) { console.log(JSON.stringify(event)); }`);
    const [sent] = await team.accept({
      event: "one",
      timestamp: "2039-12-31T23:00:00.000Z",
      sent_at: "2040-01-01T00:00:00.000Z",
      $set: { a: 1 },
    });
    await team.work();
    const [line = ""] = await team.logged("CONSOLE");
    expect(JSON.parse(line)).toEqual({
      uuid: sent?.event.uuid,
      event: "one",
      distinct_id: "person",
      properties: { by: "plugin" },
      site_url: null,
      team_id: team.id,
      now: new Date(START).toISOString(),
      sent_at: "2040-01-01T00:00:00.000Z",
      // An hour before it was sent, by a clock that was twelve hours slow.
      timestamp: new Date(START - 3_600_000).toISOString(),
      $set: { a: 1 },
    });
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("is not called for what was dropped, for replay chunks, nor in a config that is disabled", async () => {
    const team = await TestTeam.create();
    await team.install(`export const processEvent = (event) => event.event === "gone" ? null : event;`);
    await team.install(TELLING);
    await team.install(`export function onEvent() { console.log("disabled"); }`, { enabled: false });
    await team.accept({ event: "gone" }, { event: "$snapshot" }, { event: "here" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["here"]);
  });

  test("changes nothing by what it does to the event, returns or throws", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function onEvent(event) { event.properties.x = 1; event.event = "changed"; return null; }`,
    );
    await team.install(`export function onEvent(event) { throw new Error("no luck"); }`, { onError: "drop" });
    await team.accept({ event: "one" });
    await team.workThrough();
    expect(await team.events()).toMatchObject([{ event: "one", properties: { $ip: "203.0.113.7" } }]);
    expect(await team.failures()).toMatchObject([
      { function: "onEvent", kind: "threw", message: "Error: no luck", eventUuid: expect.any(String) },
    ]);
    expect(await team.deadLetters()).toEqual([]);
  });

  test("may capture events and enqueue jobs", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function onEvent(event, { jobs }) {
        if (event.event !== "one") return;
        await posthog.capture("two", { distinct_id: "d" });
        await jobs.say(event.event).runNow();
      }
      export const jobs = { say: (name) => console.log("job " + name) };`,
    );
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one", "two"]);
    expect(await team.logged("CONSOLE")).toEqual(["job one"]);
  });

  test("that feeds itself comes to an end", async () => {
    const team = await TestTeam.create();
    await team.install(`export const onEvent = () => posthog.capture("again", {});`);
    await team.accept({ event: "first" });
    await team.work();
    expect(await team.eventNames()).toHaveLength(11);
    expect(await team.failures()).toMatchObject([{ kind: "threw", message: expect.stringContaining("HopLimitError") }]);
  });

  test("holds back neither delivery nor later events while it waits, nor does one plugin's another's", async () => {
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
    await team.install(`export const onEvent = () => fetch("https://gate.test/");`);
    await team.install(TELLING);
    await team.install(`export const processEvent = (event) => event;`);
    await team.accept({ event: "one" });
    const working = team.work();
    await vi.waitUntil(() => waiting === 1);
    await team.accept({ event: "two" });
    await vi.waitUntil(async () => (await team.eventNames()).length === 2);
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).length === 2);
    expect(waiting).toBe(1);
    letGo();
    await working;
    expect(waiting).toBe(2);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("that throws RetryError is called again, with what it was to see, after a restart too", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function onEvent(event, { storage }) {
        console.log(event.event);
        if (!(await storage.get("tried " + event.event))) { await storage.set("tried " + event.event, 1); throw new RetryError("later"); }
      }`,
    );
    await team.accept({ event: "one" });
    await team.work();
    await team.restart();
    await team.accept({ event: "two" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one", "two"]);
    await team.workThrough();
    expect((await team.logged("CONSOLE")).toSorted()).toEqual(["one", "one", "two", "two"]);
    expect(await team.failures()).toMatchObject([
      { function: "onEvent", kind: "retry" },
      { function: "onEvent", kind: "retry" },
    ]);
  });

  test("that throws RetryError without end is given up, and its event is a dead letter of the plugin's", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const onEvent = () => { throw new RetryError("never"); };`);
    const [sent] = await team.accept({ event: "one" });
    await team.workThrough();
    expect(await team.failures()).toHaveLength(16);
    expect(await team.deadLetters()).toMatchObject([
      {
        uuid: sent?.event.uuid,
        event: { event: "one" },
        status: 0,
        answer: "RetryError: never",
        pluginConfigId: config.id,
        function: "onEvent",
      },
    ]);
  });

  test("of a plugin that cannot be set up waits for it", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function setupPlugin({ storage }) {
        if (!(await storage.get("seen"))) { await storage.set("seen", 1); throw new Error("no key"); }
      }
      ${TELLING}`,
    );
    await team.accept({ event: "one" });
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["one"]);
    expect(await team.failures()).toMatchObject([{ function: "setupPlugin", eventUuid: null }]);
  });

  test("of a config that is gone is discarded, and the log says how many calls were", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const onEvent = () => { throw new RetryError("later"); };`);
    await team.accept({}, {}, {});
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.workThrough();
    expect((await team.logged("SYSTEM")).at(-1)).toBe(
      "3 calls after events were discarded: the plugin config is gone or disabled",
    );
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("that was under way when the process ended is made again, the same", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function onEvent(event) {
        await posthog.capture("captured", { distinct_id: "x" });
        await fetch("https://witness.test/", { method: "POST", body: [event.uuid, Math.random(), Date.now()].join(" ") });
      }
      export const processEvent = (event) => (event.event === "captured" ? null : event);`,
    );
    const seen: string[] = [];
    let answer = (): Promise<Response> => new Promise(() => undefined);
    vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
      seen.push(await new Response(init.body ?? null).text());
      return answer();
    });
    await team.accept({ event: "one" });
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => seen.length === 1);
    await abortAllDurableObjects();
    await crashed;
    passTime(1_000);
    answer = async () => new Response("ok");
    await team.workThrough();
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
    expect(await team.status()).toMatchObject({ inbox: 0, followUps: 0 });
  });

  test("of a large event leaves nothing in R2 when all are done with it", async () => {
    const team = await TestTeam.create();
    const told = `export const onEvent = ({ properties }) => console.log(properties.big.length);`;
    await team.install(told);
    await team.install(told);
    await team.accept({ properties: { big: "x".repeat(700_000) } });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["700000", "700000"]);
    const { objects } = await env.BLOBS.list({ prefix: `teams/${team.stub().id.toString()}/` });
    // The local store's own.
    expect(objects).toHaveLength(1);
  });

  test("of a plugin without bounds ends like any call, and harms no other", async () => {
    const team = await TestTeam.create();
    await team.install(`export const onEvent = () => { for (;;) {} };`);
    await team.install(TELLING);
    await team.accept({ event: "one" }, { event: "two" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["one", "two"]);
    expect(await team.failures()).toMatchObject([{ kind: "fuel" }, { kind: "fuel" }]);
  });
});

test("in a team of two shards each calls for its own events", async () => {
  const team = await TestTeam.create({ shards: 2 });
  await team.install(`export const onEvent = (event) => console.log(event.distinct_id);`);
  const people = Array.from({ length: 20 }, (_, i) => `person ${i}`);
  await team.accept(...people.map((distinct_id) => ({ distinct_id })));
  await team.work();
  const logged = async (shard: number) => {
    const list = (object: TeamObject) => object.listLogs({ teamId: team.id, shard }, { limit: 99 });
    const { results } = await team.inside(list, shard);
    return results.filter(({ source }) => source === "CONSOLE").map(({ message }) => message);
  };
  const [zero, one] = [await logged(0), await logged(1)];
  expect([...zero, ...one].toSorted()).toEqual(people.toSorted());
  expect(Math.min(zero.length, one.length)).toBeGreaterThan(0);
});
