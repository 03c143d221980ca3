import { describe, expect, test } from "vitest";

import { accept } from "../../../../host/accept.ts";
import type { JsonObject } from "../../../../host/event.ts";
import { env, message, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const tag = (letter: string) =>
  `export function processEvent(event) { event.properties.path = (event.properties.path || "") + "${letter}"; return event; }`;

/** A plugin that changes the event in hand, and then fails. */
const FAILING = `export function processEvent(event) { event.properties.half = "done"; throw new Error("no luck"); }`;

describe("plugins", () => {
  test("see an event in ascending order of their configs", async () => {
    const team = await TestTeam.create();
    await team.install(tag("c"), { order: 30 });
    await team.install(tag("a"), { order: 10 });
    await team.install(tag("b"), { order: 20 });
    await team.install(tag("x"), { order: 15, enabled: false });
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toMatchObject([{ event: "one", properties: { path: "abc" } }]);
  });

  test("do not see replay chunks", async () => {
    const team = await TestTeam.create();
    await team.install("export function processEvent() {}");
    await team.accept({ event: "$snapshot" });
    await team.work();
    expect(await team.eventNames()).toEqual(["$snapshot"]);
  });

  test("without processEvent change nothing", async () => {
    const team = await TestTeam.create();
    await team.install("export function runEveryDay() {}");
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one"]);
    expect(await team.failures()).toEqual([]);
  });
});

describe("a falsy result", () => {
  test.each(["null", "undefined", "false", "0", '""'])("of %s drops the event", async (value) => {
    const team = await TestTeam.create();
    await team.install(tag("a"), { order: 1 });
    const config = await team.install(`export const processEvent = async () => ${value};`, {
      order: 2,
      name: "dropper",
    });
    await team.install(`export function processEvent(event) { console.log("seen"); return event; }`, { order: 3 });
    const [sent] = await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toEqual([]);
    expect(await team.logged("CONSOLE")).toEqual([]);
    expect(await team.failures()).toMatchObject([
      {
        kind: "dropped",
        teamId: team.id,
        pluginConfigId: config.id,
        plugin: "dropper",
        version: expect.stringMatching(/^[0-9a-f]{64}$/),
        function: "processEvent",
        eventUuid: sent?.event.uuid,
      },
    ]);
  });

  test("may be said with a reason", async () => {
    const team = await TestTeam.create();
    await team.install(`export function processEvent() { throw new DropEvent("too young"); }`);
    await team.accept({});
    await team.work();
    expect(await team.failures()).toMatchObject([{ kind: "dropped", reason: "too young" }]);
    expect(await team.status()).toMatchObject({ inbox: 0, outbox: 0 });
  });
});

describe("a plugin that fails", () => {
  test("changes nothing, and with onError pass the event goes on", async () => {
    const team = await TestTeam.create();
    await team.install(FAILING, { order: 1 });
    await team.install(tag("b"), { order: 2 });
    await team.accept({ event: "one" });
    await team.work();
    expect((await team.events()).map(({ properties }) => properties)).toEqual([{ path: "b", $ip: "203.0.113.7" }]);
    expect(await team.failures()).toMatchObject([{ kind: "threw", message: "Error: no luck" }]);
    expect(await team.logged("PLUGIN")).toEqual(["processEvent: Error: no luck"]);
  });

  test("with onError drop ends the event's way", async () => {
    const team = await TestTeam.create();
    await team.install(FAILING, { onError: "drop" });
    await team.accept({});
    await team.workThrough();
    expect(await team.events()).toEqual([]);
    expect(await team.failures()).toMatchObject([{ kind: "threw" }]);
  });

  test("with onError hold sees the event again until it does not fail", async () => {
    const team = await TestTeam.create();
    await team.install(tag("a"), { order: 1 });
    const failing = await team.install(FAILING, { order: 2, onError: "hold" });
    await team.accept({ event: "one" });
    for (let hours = 0; hours < 24; hours++) {
      passTime(3_600_000);
      await team.work();
    }
    expect(await team.events()).toEqual([]);
    expect(await team.status()).toMatchObject({ inbox: 1 });
    await team.upgrade(failing, tag("b"));
    await team.reconfigure();
    passTime(3_600_000);
    await team.work();
    // The plugin before it was done with the event, and has not seen it again.
    expect(await team.events()).toMatchObject([{ event: "one", properties: { path: "ab" } }]);
  });

  test("by returning far too much is treated no better", async () => {
    const team = await TestTeam.create();
    await team.install(`export const processEvent = (event) => ({ ...event, big: "x".repeat(5_000_000) });`);
    await team.accept({ event: "one" });
    await team.work();
    expect((await team.events())[0]).not.toHaveProperty("big");
    expect(await team.failures()).toMatchObject([
      {
        kind: "limit",
        limit: "returnedBytes",
        message: expect.stringMatching(/^processEvent returned 50\d{5} characters of JSON/),
      },
    ]);
  });

  test("by returning something else than an event is treated no better", async () => {
    const team = await TestTeam.create();
    await team.install("export const processEvent = () => 42;", { order: 1 });
    await team.install(tag("b"), { order: 2 });
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toMatchObject([{ properties: { path: "b" } }]);
    expect(await team.failures()).toMatchObject([{ kind: "bad-return" }]);
  });
});

describe("RetryError", () => {
  test("has the event seen again, whatever onError says", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event, { storage }) {
        const tries = (await storage.get("tries", 0)) + 1;
        await storage.set("tries", tries);
        if (tries < 4) throw new RetryError("not yet");
        event.properties.tries = tries;
        return event;
      }`,
      { onError: "drop" },
    );
    await team.accept({});
    await team.workThrough();
    expect(await team.events()).toMatchObject([{ properties: { tries: 4 } }]);
    expect((await team.failures()).map(({ kind }) => kind)).toEqual(["retry", "retry", "retry"]);
  });

  test("has the person's later events wait, and nobody else's", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event, { storage }) {
        if (event.event !== "one" || (await storage.get("seen", false))) return event;
        await storage.set("seen", true);
        throw new RetryError("not yet");
      }`,
      { onError: "pass" },
    );
    await team.accept({ event: "one" }, { event: "two" }, { event: "other", distinct_id: "somebody else" });
    await team.work();
    expect(await team.eventNames()).toEqual(["other"]);
    await team.workThrough();
    expect(await team.eventNames()).toEqual(["other", "one", "two"]);
  });

  test.each([
    { onError: "pass" as const, left: ["one"] },
    { onError: "drop" as const, left: [] },
  ])("without end leaves it to onError $onError", async ({ onError, left }) => {
    const team = await TestTeam.create();
    await team.install(`export function processEvent() { throw new RetryError("never"); }`, { onError });
    await team.accept({ event: "one" });
    await team.workThrough();
    expect(await team.eventNames()).toEqual(left);
    expect(await team.failures()).toHaveLength(16);
    // As docs/architecture.md says.
    const minutes = (Date.now() - START) / 60_000;
    expect(minutes).toBeGreaterThan(19);
    expect(minutes).toBeLessThan(39);
  });
});

describe("setupPlugin that fails", () => {
  const BROKEN = `export function setupPlugin() { throw new Error("wrong key"); }\n${tag("x")}`;

  test.each([
    { onError: "pass" as const, left: [{ event: "one" }], waiting: 0 },
    { onError: "drop" as const, left: [], waiting: 0 },
    { onError: "hold" as const, left: [], waiting: 1 },
  ])("is a failure for each event: onError $onError", async ({ onError, left, waiting }) => {
    const team = await TestTeam.create();
    await team.install(BROKEN, { onError });
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toMatchObject(left);
    expect(await team.status()).toMatchObject({ inbox: waiting });
    // Once for the setup, once for the event.
    expect(await team.failures()).toMatchObject([
      { function: "setupPlugin", kind: "threw", message: "Error: wrong key", eventUuid: null },
      { function: "setupPlugin", kind: "threw", eventUuid: expect.any(String) },
    ]);
    expect(await team.logged()).toEqual(["setupPlugin: Error: wrong key", "Plugin failed to load. Retrying in 3 s."]);
  });

  test("is tried again after a pause that grows, ten times", async () => {
    const team = await TestTeam.create();
    await team.install(BROKEN, {});
    for (let minutes = 0; minutes < 60; minutes++) {
      await team.accept({});
      await team.work();
      passTime(60_000);
    }
    const setups = (await team.failures()).filter(({ eventUuid }) => eventUuid === null);
    expect(setups).toHaveLength(10);
    expect(await team.events()).toHaveLength(60);
    expect((await team.logged("SYSTEM")).at(-1)).toBe(
      "Plugin failed to load. It is not tried again until its config is saved.",
    );
  });

  test.each([
    ["3", 3],
    [1, 1],
    ["none", 10],
    [0, 1],
    [12, 12],
  ])("is tried as often as its config says, restarts included: %s", async (setupAttempts, attempts) => {
    const team = await TestTeam.create();
    await team.install(BROKEN, { config: { setupAttempts } });
    for (let hours = 0; hours < 13; hours++) {
      await team.accept({});
      await team.work();
      await team.restart();
      passTime(60 * 60_000);
    }
    const setups = (await team.failures()).filter(({ eventUuid }) => eventUuid === null);
    expect(setups).toHaveLength(attempts);
  });

  test("waits out its pause when the process is another one, and starts anew with another revision", async () => {
    const team = await TestTeam.create();
    const config = await team.install(BROKEN, { config: { setupAttempts: 2 } });
    const setups = async () => (await team.failures()).filter(({ eventUuid }) => eventUuid === null).length;
    for (const [ms, count] of [
      [0, 1],
      [2_999, 1],
      [1, 2],
      [3_600_000, 2],
    ] as const) {
      passTime(ms);
      await team.accept({});
      await team.work();
      await team.restart();
      expect([ms, await setups()]).toEqual([ms, count]);
    }
    passTime(1);
    await team.upgrade(config, tag("y"));
    await team.reconfigure();
    await team.accept({ event: "last" });
    await team.work();
    expect((await team.events()).at(-1)).toMatchObject({ event: "last", properties: { path: "y" } });
  });

  test("is tried again by hand, however often it has failed", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export async function setupPlugin({ storage }) { if (!(await storage.get("key"))) throw new Error("no key"); }\n${tag("x")}`,
    );
    const address = { teamId: team.id, shard: 0 };
    for (let minutes = 0; minutes < 60; minutes++) {
      await team.accept({ event: "before" });
      await team.work();
      passTime(60_000);
    }
    expect(await team.inside((object) => object.retrySetup(address, config.id))).toMatchObject({
      function: "setupPlugin",
      message: "Error: no key",
    });
    await team.inside((object) => object.storageSet(config.id, "key", "1"));
    expect(await team.inside((object) => object.retrySetup(address, config.id))).toBeNull();
    await team.accept({ event: "after" });
    await team.work();
    expect((await team.events()).at(-1)).toMatchObject({ event: "after", properties: { path: "x" } });
  });

  test("of a plugin that processes nothing holds up no event", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export function setupPlugin() { throw new Error("no key"); } export const onEvent = () => undefined;`,
      { onError: "hold" },
    );
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one"]);
  });

  test("serves when a later attempt succeeds", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function setupPlugin({ storage, global }) {
        if (!(await storage.get("broken", false))) { await storage.set("broken", true); throw new Error("first"); }
        global.letter = "g";
      }
      export function processEvent(event, { global }) { event.properties.path = global.letter; return event; }`,
      { onError: "hold" },
    );
    await team.accept({});
    await team.workThrough();
    expect(await team.events()).toMatchObject([{ properties: { path: "g" } }]);
    expect(await team.logged("SYSTEM")).toEqual(["Plugin failed to load. Retrying in 3 s.", "Plugin loaded."]);
  });

  test("holds too when it is the script that fails", async () => {
    const team = await TestTeam.create();
    await team.install(
      `if (global.never === undefined && typeof posthog !== "undefined" && Date.now() > 0) throw new Error("at load");\n${tag("x")}`,
      {
        onError: "hold",
      },
    );
    await team.accept({});
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 1 });
    expect(await team.failures()).toMatchObject([{ message: "Error: at load" }, { message: "Error: at load" }]);
  });
});

describe("a plugin that changes team_id", () => {
  test.each([
    ["to another", "event.team_id = 999; return event;"],
    [
      "by leaving it out",
      "return { event: event.event, distinct_id: event.distinct_id, properties: event.properties };",
    ],
  ])("%s is told, and the event keeps its team", async (_, body) => {
    const team = await TestTeam.create();
    await team.install(`export function processEvent(event) { event.properties.changed = true; ${body} }`, {
      order: 1,
    });
    await team.install(`export function processEvent(event) { event.properties.team = event.team_id; return event; }`, {
      order: 2,
    });
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toMatchObject([{ event: "one", properties: { team: team.id, changed: true } }]);
    expect(await team.failures()).toMatchObject([
      { kind: "threw", message: "IllegalOperationError: Plugin tried to change event.team_id" },
    ]);
  });

  test("may change everything else", async () => {
    const team = await TestTeam.create();
    const uuid = "11111111-2222-4333-8444-555555555555";
    await team.install(
      `export const processEvent = (event) => ({
        ...event, event: "renamed", distinct_id: "other", uuid: "${uuid}", ip: "198.51.100.1",
        timestamp: "2020-02-02T02:02:02.000Z", sent_at: null, $set: { a: 1 },
      });`,
    );
    await team.accept({});
    await team.work();
    expect(await team.events()).toEqual([
      {
        event: "renamed",
        distinct_id: "other",
        uuid,
        timestamp: "2020-02-02T02:02:02.000Z",
        properties: { $ip: "198.51.100.1" },
        $set: { a: 1 },
      },
    ]);
  });
});

describe("processEventBatch", () => {
  test("is not called beside processEvent", async () => {
    const team = await TestTeam.create();
    await team.install(`export function processEventBatch() { return []; }\n${tag("a")}`);
    await team.accept({});
    await team.work();
    expect(await team.events()).toMatchObject([{ properties: { path: "a" } }]);
  });

  test("may change, drop and add events; what it adds goes on to the plugins after it", async () => {
    const team = await TestTeam.create();
    await team.install(tag("a"), { order: 1 });
    await team.install(
      `export function processEventBatch(events) {
        return events.flatMap((event) => {
          event.properties.path += "b";
          const { uuid, ...copy } = event;
          if (event.event === "split") return [{ ...copy, event: "half" }, null, { event: "other half", properties: {} }];
          return event.event === "gone" ? [] : [event];
        });
      }`,
      { order: 2, name: "batches" },
    );
    await team.install(tag("c"), { order: 3 });
    await team.accept({ event: "kept" }, { event: "gone" }, { event: "split", distinct_id: "x" });
    await team.work();
    const events = await team.events();
    expect(events).toMatchObject([
      { event: "kept", properties: { path: "abc" } },
      { event: "half", distinct_id: "x", properties: { path: "abc" } },
      // With events of two people in hand, it is not known whose this is.
      { event: "other half", distinct_id: "batches", properties: { path: "c" } },
    ]);
    expect(new Set(events.map(({ uuid }) => uuid)).size).toBe(3);
  });

  test.each(["42", "[42]", "null"])("that returns %s leaves the event alone", async (result) => {
    const team = await TestTeam.create();
    await team.install(`export const processEventBatch = () => (${result});`);
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one"]);
    expect(await team.failures()).toMatchObject([{ kind: "bad-return", function: "processEventBatch" }]);
  });
});

describe("posthog.capture", () => {
  const named = (events: JsonObject[]) => events.map(({ event }) => event);

  test("makes an event that passes all plugins", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) {
        if (event.event === "one") posthog.capture("two", { distinct_id: "someone", a: 1 });
        return event;
      }`,
      { order: 2 },
    );
    await team.install(tag("a"), { order: 1 });
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toMatchObject([
      { event: "one" },
      {
        event: "two",
        distinct_id: "someone",
        timestamp: new Date().toISOString(),
        properties: { a: 1, path: "a", $lib: "posthog-plugin-server", $ip: null, $geoip_disable: true },
      },
    ]);
  });

  test("of a plugin that feeds itself comes to an end", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) { await posthog.capture("again", {}); return event; }`,
    );
    await team.accept({ event: "first" });
    await team.work();
    // The eleventh would have been captured by the last, which went on without.
    expect(named(await team.events())).toEqual(["first", ...Array.from({ length: 10 }, () => "again")]);
    expect(await team.failures()).toMatchObject([{ kind: "threw", message: expect.stringContaining("HopLimitError") }]);
  });

  test("without end in one call is refused, and harms nobody", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) {
        if (event.event === "flood") for (let i = 0; ; i++) await posthog.capture("drop", { i });
        return event.event === "drop" ? null : event;
      }`,
      { name: "flood" },
    );
    await team.accept({ event: "flood" }, { event: "next" });
    await team.work();
    expect(named(await team.events())).toEqual(["flood", "next"]);
    expect(await team.logged("PLUGIN")).toEqual([expect.stringContaining("at most 1000 events")]);
  });

  test("of too much at once is refused", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) {
        if (event.event !== "start") return event;
        for (let i = 0; i < 20; i++) await posthog.capture("large", { big: "x".repeat(900_000) });
        return event;
      }`,
    );
    await team.accept({ event: "start" });
    await team.work();
    expect(named(await team.events())).toEqual(["start", ...Array.from({ length: 8 }, () => "large")]);
    expect(await team.logged("PLUGIN")).toEqual([expect.stringContaining("at most 8000000 characters of JSON in all")]);
  });

  test("in setup and teardown makes events too", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export async function setupPlugin() { await posthog.capture("set up", {}); }
      export async function teardownPlugin() { await posthog.capture("torn down", {}); }
      export const processEvent = (event) => event;`,
    );
    await team.accept({ event: "one" });
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.work();
    expect(named(await team.events())).toEqual(["one", "set up", "torn down"]);
  });

  test("in a setup that events cause again and again comes to an end", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function setupPlugin() { await posthog.capture("again", {}); }
      export function processEvent(event) { for (const all = [];;) all.push(new Uint8Array(1e6)); }`,
      { limits: { memoryBytes: 4_000_000 } },
    );
    await team.accept({ event: "first" });
    await team.work();
    const failures = await team.failures();
    // The eleventh event finds no sandbox, as the setup that is for it captures no more.
    expect(failures.filter(({ kind }) => kind === "memory")).toHaveLength(10);
    expect(failures.at(-1)).toMatchObject({ kind: "threw", message: expect.stringContaining("HopLimitError") });
    expect(await team.alarm()).toBeNull();
  });

  test("in setup and teardown counts on from the event for which the sandbox was there", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `const capture = () => posthog.capture("once more", {}).catch(({ name }) => console.log(name));
      export const setupPlugin = capture;
      export const teardownPlugin = capture;
      export const processEvent = (event) => event;`,
    );
    await accept(env, { teamId: team.id, shards: 1 }, [{ ...message(team.id, { event: "last" }), hops: 10 }], []);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["HopLimitError"]);
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["HopLimitError", "HopLimitError"]);
    expect(named(await team.events())).toEqual(["last"]);
  });
});
