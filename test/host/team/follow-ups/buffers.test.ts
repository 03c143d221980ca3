import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";

import { env, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

/** A plugin that gathers the names of events, and says what it is told when they are flushed. */
const gathering = (options = "", also = "") => `
  import { createBuffer } from "@posthog/plugin-contrib";
  export function setupPlugin({ global, cache }) {
    global.buffer = createBuffer({
      onFlush: async (objects, points) => {
        console.log(objects.join(" ") + ": " + points);
        ${also}
      },
      ${options}
    });
  }
  export function onEvent({ event, properties }, { global }) {
    global.buffer.add(event, properties.points);
    if (properties.flush) return global.buffer.flush();
  }
`;

const named = (...names: string[]) => names.map((event) => ({ event }));
const flushed = (team: TestTeam) => team.logged("CONSOLE");

describe("what a plugin gathers", () => {
  test("is flushed when its seconds are over, the objects of several events together", async () => {
    const team = await TestTeam.create();
    await team.install(gathering("timeoutSeconds: 5"));
    await team.accept(...named("one"));
    await team.work();
    passTime(1_000);
    await team.accept(...named("two"));
    await team.work();
    expect(await flushed(team)).toEqual([]);
    expect(await team.alarm()).toBe(START + 5_000);
    passTime(4_000);
    await team.work();
    expect(await flushed(team)).toEqual(["one two: 2"]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("waits a minute unless the plugin says otherwise, and a day at most", async () => {
    for (const [options, waitMs] of [
      ["", 60_000],
      ["timeoutSeconds: 1e300", 24 * 60 * 60 * 1000],
      ["timeoutSeconds: undefined", 0],
      ["timeoutSeconds: -1", 0],
    ] as const) {
      const team = await TestTeam.create();
      await team.install(gathering(options));
      await team.accept(...named("one"));
      await team.work();
      expect([options, await team.alarm()]).toEqual([options, waitMs === 0 ? null : Date.now() + waitMs]);
      expect(await flushed(team)).toHaveLength(waitMs === 0 ? 1 : 0);
    }
  });

  test("is flushed when the next object has no room, or alone when it has more points than the limit", async () => {
    const team = await TestTeam.create();
    await team.install(gathering("limit: 3"));
    const points = [2, 2, 1, 9, 1];
    await team.accept(...points.map((each, i) => ({ event: `e${i}`, properties: { points: each } })));
    await team.work();
    expect(await flushed(team)).toEqual(["e0: 2", "e1 e2: 3", "e3: 9"]);
    passTime(60_000);
    await team.work();
    expect((await flushed(team)).slice(3)).toEqual(["e4: 1"]);
  });

  test("is flushed after the call in which flush() was called", async () => {
    const team = await TestTeam.create();
    await team.install(gathering());
    await team.accept({ event: "one" }, { event: "two", properties: { flush: true } }, { event: "three" });
    await team.work();
    expect(await flushed(team)).toEqual(["one two: 2"]);
  });

  test("outlives the process", async () => {
    const team = await TestTeam.create();
    await team.install(gathering());
    await team.accept(...named("one"));
    await team.work();
    await team.restart();
    await team.accept(...named("two"));
    await team.work();
    passTime(60_000);
    await team.work();
    expect(await flushed(team)).toEqual(["one two: 2"]);
  });

  test("comes back to a sandbox that took the place of one that was lost", async () => {
    const team = await TestTeam.create();
    await team.install(
      `${gathering()}\nexport function processEvent(event) { while (event.event === "endless"); return event; }`,
    );
    await team.accept(...named("one", "endless", "two"));
    await team.work();
    passTime(60_000);
    await team.work();
    expect(await flushed(team)).toEqual(["one endless two: 3"]);
    expect(await team.failures()).toMatchObject([{ function: "processEvent", kind: "fuel" }]);
  });

  test("stays when the call that gathered it fails", async () => {
    const team = await TestTeam.create();
    await team.install(`
      const buffer = require("@posthog/plugin-contrib").createBuffer({ onFlush: (objects) => console.log(objects.join()) });
      export function onEvent({ event }) { buffer.add(event); throw new Error("mine"); }
    `);
    await team.accept(...named("one"));
    await team.work();
    passTime(60_000);
    await team.work();
    expect(await flushed(team)).toEqual(["one"]);
  });

  test("is as JSON has it, of up to 4 MiB together", async () => {
    const team = await TestTeam.create();
    await team.install(`
      const buffer = require("@posthog/plugin-contrib").createBuffer({
        limit: Infinity,
        onFlush: (objects) => console.log(objects.map(({ text }) => text.length)),
      });
      export function onEvent() { for (let i = 0; i < 5; i++) buffer.add({ text: "x".repeat(1_000_000 + i) }); }
    `);
    await team.accept({});
    await team.work();
    passTime(60_000);
    await team.work();
    expect(await flushed(team)).toEqual(["[1000000,1000001,1000002,1000003]", "[1000004]"]);
    const prefix = await team.inside((_, { id }) => `teams/${id.toString()}/`);
    expect((await env.BLOBS.list({ prefix })).objects).toEqual([]);
  });

  test("of several buffers comes back to the one that it was added to", async () => {
    const team = await TestTeam.create();
    await team.install(`
      import { createBuffer } from "@posthog/plugin-contrib";
      const say = (name) => ({ onFlush: (objects) => console.log(name + ": " + objects.join()) });
      const first = createBuffer(say("first"));
      let second;
      export const setupPlugin = () => { second = createBuffer(say("second")); };
      export function onEvent({ event }) { first.add(event); second.add(event + "!"); }
    `);
    await team.accept(...named("one", "two"));
    await team.work();
    await team.restart();
    passTime(60_000);
    await team.work();
    expect(await flushed(team)).toEqual(["first: one,two", "second: one!,two!"]);
  });

  test("is not there for another config of the same plugin, nor for another team", async () => {
    const [team, other] = [await TestTeam.create(), await TestTeam.create()];
    await team.install(gathering());
    await team.install(`
      require("@posthog/plugin-contrib").createBuffer({ onFlush: () => console.log("not mine") });
      export const onEvent = () => {};
    `);
    await other.install(gathering());
    await team.accept(...named("one"));
    await team.work();
    passTime(60_000);
    await team.work();
    await other.work();
    expect(await flushed(team)).toEqual(["one: 1"]);
    expect(await flushed(other)).toEqual([]);
  });

  test("leads to captures that are counted, so that a plugin cannot feed itself for ever", async () => {
    const team = await TestTeam.create();
    await team.install(`
      const buffer = require("@posthog/plugin-contrib").createBuffer({
        timeoutSeconds: 0,
        onFlush: () => posthog.capture("again"),
      });
      export function onEvent({ event }) { buffer.add(event); }
    `);
    await team.accept(...named("one"));
    await team.workThrough();
    expect(await team.eventNames()).toHaveLength(11);
    expect((await team.failures()).map(({ message }) => message)).toEqual([expect.stringContaining("HopLimitError")]);
  });
});

describe("a flush that fails", () => {
  test("with RetryError is made again with the same objects, after 6 seconds, 12 and so on", async () => {
    const team = await TestTeam.create();
    await team.install(gathering("", `if ((await cache.incr("calls")) < 3) throw new RetryError("not yet");`));
    await team.accept(...named("one", "two"));
    await team.work();
    passTime(60_000);
    await team.work();
    expect(await team.alarm()).toBe(Date.now() + 6_000);
    passTime(6_000);
    await team.work();
    expect(await team.alarm()).toBe(Date.now() + 12_000);
    passTime(12_000);
    await team.work();
    expect(await flushed(team)).toEqual(["one two: 2", "one two: 2", "one two: 2"]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
    expect(await team.deadLetters()).toEqual([]);
  });

  test("otherwise makes dead letters of the objects, and the event has long been delivered", async () => {
    const team = await TestTeam.create();
    const config = await team.install(gathering("", `throw new Error("no");`));
    const [message] = await team.accept(...named("one"));
    await team.work();
    expect(await team.eventNames()).toEqual(["one"]);
    passTime(60_000);
    await team.work();
    expect(await team.failures()).toMatchObject([{ function: "flushBuffer", kind: "threw", message: "Error: no" }]);
    expect(await team.deadLetters()).toMatchObject([
      {
        uuid: message?.event.uuid,
        event: "one",
        answer: "Error: no",
        pluginConfigId: config.id,
        function: "flushBuffer",
      },
    ]);
    expect(await team.logged("SYSTEM")).toContainEqual(expect.stringContaining("1 object, which is a dead letter"));
  });

  test("is made again, with the same objects, when the process ended in the middle of it", async () => {
    const team = await TestTeam.create();
    await team.install(
      gathering(
        "",
        `await fetch("https://witness.test/", { method: "POST", body: objects.join() + Date.now() + Math.random() });`,
      ),
    );
    const seen: string[] = [];
    let answer = (): Promise<Response> => new Promise(() => undefined);
    vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
      seen.push(await new Response(init.body ?? null).text());
      return answer();
    });
    await team.accept(...named("one", "two"));
    await team.work();
    passTime(60_000);
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => seen.length === 1);
    await abortAllDurableObjects();
    await crashed;
    answer = async () => new Response("ok");
    await team.workThrough();
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatch(/^one,two/);
    expect(seen[1]).toBe(seen[0]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });
});

describe("a plugin that leaves", () => {
  const LEAVING = `${gathering()}
    export function teardownPlugin({ global }) { global.buffer.add("last"); console.log("teardown"); return global.buffer.flush(); }`;

  test("takes what it has gathered before its teardown, and flushes in that what it adds there", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LEAVING);
    await team.accept(...named("one", "two"));
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    expect(await flushed(team)).toEqual(["one two: 2", "teardown", "last: 1"]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("does so too when another version takes its place", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LEAVING);
    await team.accept(...named("one"));
    await team.work();
    await team.upgrade(config, "export const onEvent = () => {};");
    await team.reconfigure();
    expect(await flushed(team)).toEqual(["one: 1", "teardown", "last: 1"]);
    expect(await team.status()).toMatchObject({ followUps: 0 });
  });

  test("leaves dead letters when its flush is to be retried and nobody makes the buffer any more", async () => {
    const team = await TestTeam.create();
    const config = await team.install(gathering("", `throw new RetryError("not now");`));
    await team.accept(...named("one"));
    await team.work();
    await team.upgrade(config, "export const onEvent = () => {};");
    await team.reconfigure();
    passTime(6_000);
    await team.work();
    const answer =
      "Error: the plugin makes no buffer number 1 any more: createBuffer was called 0 times by its script and setupPlugin";
    expect(await team.deadLetters()).toMatchObject([{ event: "one", answer, function: "flushBuffer" }]);
    expect((await team.failures()).at(-1)).toMatchObject({ function: "flushBuffer", kind: "threw", message: answer });
  });

  test("leaves dead letters when it is gone for good", async () => {
    const team = await TestTeam.create();
    const config = await team.install(gathering("", `throw new RetryError("not now");`));
    await team.accept(...named("one"));
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    passTime(6_000);
    await team.work();
    expect(await team.deadLetters()).toMatchObject([
      { event: "one", answer: "the plugin config is gone or disabled", function: "flushBuffer" },
    ]);
  });
});
