import { abortAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { placeOf, sealSecret } from "../../../../host/secrets/registry-secrets.ts";
import { deleteConfig, type PluginConfig } from "../../../../host/store/plugin-configs.ts";
import { lift } from "../../../../host/store/kill-switches.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import { env, passTime, START, TestTeam, useClock } from "../test-team.ts";
import { EventStore } from "./event-store.ts";

useClock();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Says the names of the events of each call. */
const NAMING = `export async function exportEvents(events) { console.log(events.map(({ event }) => event).join(" ")); }`;
/** The same, and waits for an answer. */
const ASKING = `export async function exportEvents(events) {
  const answer = await fetch("https://warehouse.test/", { method: "POST", body: Math.random() + " " + Date.now() });
  if (answer.status === 503) throw new RetryError("the warehouse is down");
  if (answer.status === 400) throw new Error("the warehouse does not want it");
  console.log(events.map(({ event }) => event).join(" "));
}`;

let store: EventStore;
let team: TestTeam;

beforeEach(async () => {
  store = EventStore.inNetwork();
  team = await TestTeam.create({ posthogHost: "https://posthog.test", posthogApiKey: "phc_of_the_team" });
  const personalApiKey = await sealSecret(env, placeOf.personalApiKey(team.id), "phx_of_the_team");
  await team.set({ personalApiKey: personalApiKey ?? "" });
});

const address = () => ({ teamId: team.id, shard: 0 });
const begin = ({ id }: PluginConfig, from: number | null, to: number) =>
  team.inside((object) => object.beginExport(address(), id, from, to));
const found = ({ id }: PluginConfig) => team.inside((object) => object.findExport(address(), id));
const told = async () => (await team.logged("SYSTEM")).filter((line) => line.startsWith("Historical export"));

describe("an export of old events", () => {
  test("gives exportEvents all events from one time up to another, page by page, each once", async () => {
    const config = await team.install(NAMING);
    store.add("before", START - DAY - 1);
    store.add("first", START - DAY);
    // More than a page in one window, some of them in the same millisecond, and on the border of a window.
    for (let i = 0; i < 150; i++) store.add(`e${i}`, START - DAY + Math.floor(i / 30) * 1000);
    store.add("border", START - DAY + 10 * MINUTE);
    store.add("late", START - HOUR);
    store.add("last", START - 1);
    store.add("after", START);
    expect(await begin(config, START - DAY, START)).toBeNull();
    await team.workThrough();
    const calls = (await team.logged("CONSOLE")).map((line) => line.split(" "));
    expect(calls.map(({ length }) => length).slice(0, 3)).toEqual([100, 51, 1]);
    const names = ["first", ...Array.from({ length: 150 }, (_, i) => `e${i}`), "border", "late", "last"];
    expect(calls.flat().toSorted()).toEqual(names.toSorted());
    expect(await found(config)).toMatchObject({
      state: "done",
      exported: 154,
      reached: START,
      error: null,
      dueAt: null,
    });
    expect((await told()).at(-1)).toBe("Historical export: Done exporting all events, 154 of them");
    expect((await told()).length).toBeGreaterThan(1);
  });

  test("gives events as PostHog's did, with their uuid", async () => {
    const config = await team.install(`export const exportEvents = (events) => console.log(JSON.stringify(events));`);
    store.add("old", START - DAY, { $ip: "203.0.113.7", plan: "pro" });
    await begin(config, START - DAY, START - DAY + 1);
    await team.workThrough();
    expect(JSON.parse((await team.logged("CONSOLE"))[0] ?? "")).toEqual([
      {
        uuid: "uuid of old",
        team_id: team.id,
        distinct_id: "somebody",
        event: "old",
        properties: { $ip: "203.0.113.7", plan: "pro" },
        timestamp: "2039-12-31T12:00:00.000000+00:00",
        now: "2040-01-01T12:00:00.000Z",
        ip: "203.0.113.7",
        site_url: "",
        sent_at: "2039-12-31T12:00:00.000000+00:00",
      },
    ]);
  });

  test("begins with PostHog's first event where it is not told when, and asks little where nothing happened", async () => {
    const config = await team.install(NAMING);
    store.add("first", START - 3 * 365 * DAY);
    store.add("second", START - DAY);
    await begin(config, null, START);
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["first", "second"]);
    expect(store.asked.length).toBeLessThan(250);
    expect(await found(config)).toMatchObject({ dateFrom: START - 3 * 365 * DAY });
  });

  test.each([
    ["there is none", false, []],
    ["PostHog does not say which it is", true, ["one", "two"]],
  ])("fails where no first event can be found because %s", async (_, isNewestFirst, events) => {
    const config = await team.install(NAMING);
    store.isNewestFirst = isNewestFirst;
    for (const [i, event] of events.entries()) store.add(event, START - DAY + i);
    await begin(config, null, START);
    await team.workThrough();
    expect(await found(config)).toMatchObject({
      state: "failed",
      error:
        "Unable to determine the lower timestamp bound for the export automatically. Please specify a 'dateFrom' value.",
    });
  });

  test("finds all events of a PostHog that gives the latest first", async () => {
    const config = await team.install(NAMING);
    store.isNewestFirst = true;
    for (let i = 0; i < 150; i++) store.add(`e${i}`, START - HOUR + i);
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect((await team.logged("CONSOLE")).join(" ").split(" ").toSorted()).toEqual(
      Array.from({ length: 150 }, (_, i) => `e${i}`).toSorted(),
    );
  });

  test("leaves out what the config ignores", async () => {
    const config = await team.install(NAMING, { config: { exportEventsToIgnore: "noise" } });
    store.add("noise", START - HOUR);
    store.add("signal", START - HOUR);
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["signal"]);
    expect(await found(config)).toMatchObject({ state: "done", exported: 1 });
  });
});

describe("an export under way", () => {
  test("goes on where it was after the process was killed, with the page in hand made again as it was", async () => {
    const config = await team.install(ASKING);
    for (let i = 0; i < 250; i++) store.add(`e${i}`, START - HOUR + i);
    const bodies: string[] = [];
    let hangs = true;
    store.intercept = (url, request) => {
      if (url.host !== "warehouse.test") return undefined;
      return request.text().then((body) => {
        bodies.push(body);
        return bodies.length === 2 && hangs ? new Promise<Response>(() => undefined) : new Response("ok");
      });
    };
    await begin(config, START - HOUR, START);
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => bodies.length === 2);
    expect(await found(config)).toMatchObject({ state: "running", exported: 100 });
    hangs = false;
    await abortAllDurableObjects();
    await crashed;
    await team.workThrough();
    expect((await team.logged("CONSOLE")).map((line) => line.split(" ").length)).toEqual([100, 100, 50]);
    expect(bodies).toHaveLength(4);
    expect(bodies[2]).toBe(bodies[1]);
    expect(await found(config)).toMatchObject({ state: "done", exported: 250 });
  });

  test("makes the page again after a RetryError, 6 seconds later, 12 and so on", async () => {
    const config = await team.install(ASKING);
    store.add("old", START - HOUR);
    const at: number[] = [];
    store.intercept = (url) => {
      if (url.host !== "warehouse.test") return undefined;
      at.push((Date.now() - START) / 1000);
      return new Response("", { status: at.length < 4 ? 503 : 200 });
    };
    await begin(config, START - HOUR, START);
    await team.work();
    expect(await found(config)).toMatchObject({
      state: "running",
      attempts: 1,
      error: "RetryError: the warehouse is down",
    });
    await team.workThrough();
    expect(at).toEqual([0, 6, 18, 42]);
    expect(await found(config)).toMatchObject({ state: "done", exported: 1, attempts: 0, error: null });
  });

  test("is given up after fifteen retries, and where it has come to is told", async () => {
    const config = await team.install(ASKING);
    store.add("old", START - HOUR);
    store.intercept = (url) => (url.host === "warehouse.test" ? new Response("", { status: 503 }) : undefined);
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect((await team.failures()).filter(({ function: name }) => name === "exportEvents")).toHaveLength(16);
    expect(await found(config)).toMatchObject({ state: "failed", exported: 0, reached: START - HOUR, dueAt: null });
    expect(await told()).toEqual([
      "Historical export: given up after 0 events: RetryError: the warehouse is down. It has come to 2040-01-01T11:00:00.000Z.",
    ]);
  });

  test.each([
    ["ends where a page fails for good", "pass" as const, { state: "failed", exported: 0 }],
    ["leaves the page out where the config's on_error is drop", "drop" as const, { state: "done", exported: 0 }],
  ])("%s", async (_, onError, end) => {
    const config = await team.install(ASKING, { onError });
    store.add("old", START - HOUR);
    store.intercept = (url) => (url.host === "warehouse.test" ? new Response("", { status: 400 }) : undefined);
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect(await found(config)).toMatchObject(end);
  });

  test("waits for PostHog as long as that asks for, and ends when PostHog refuses", async () => {
    const config = await team.install(NAMING);
    store.add("old", START - HOUR);
    let asked = 0;
    store.intercept = (url) => {
      if (!url.pathname.startsWith("/api/projects") || ++asked > 2) return undefined;
      return asked === 1
        ? new Response("slow down", { status: 429, headers: { "Retry-After": "90" } })
        : new Response("oops", { status: 502 });
    };
    await begin(config, START - HOUR, START);
    await team.work();
    expect(await found(config)).toMatchObject({
      attempts: 1,
      dueAt: START + 90_000,
      error: "PostHog answered 429: slow down",
    });
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["old"]);

    store.intercept = (url) =>
      url.pathname.startsWith("/api/projects") ? new Response("bad key", { status: 403 }) : undefined;
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect(await found(config)).toMatchObject({ state: "failed", error: "PostHog answered 403: bad key" });
  });

  test.each(["[]", "{}", '{"results": [1]}', '{"results": [{"timestamp": "?"}]}', "<html>"])(
    "ends when PostHog answers %s",
    async (body) => {
      const config = await team.install(NAMING);
      store.intercept = (url) => (url.pathname.startsWith("/api/projects") ? new Response(body) : undefined);
      await begin(config, START - HOUR, START);
      await team.workThrough();
      expect(await found(config)).toMatchObject({
        state: "failed",
        error: `PostHog answered no list of events: ${body}`,
      });
    },
  );

  test("asks for fewer events at a time where they are too large for one answer", async () => {
    const config = await team.install(NAMING, { limits: { fetchResponseBytes: 10_000 } });
    for (let i = 0; i < 20; i++) store.add(`e${i}`, START - HOUR + i, { long: "x".repeat(1500) });
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect((await team.logged("CONSOLE")).join(" ").split(" ")).toEqual(Array.from({ length: 20 }, (_, i) => `e${i}`));
    expect((await found(config))?.pageSize).toBeLessThan(10);
  });

  test("gives no call more than a batch may have, unless a single event has", async () => {
    const config = await team.install(
      `export const exportEvents = (events) => console.log(events.map(({ event }) => event).join(" "));`,
    );
    for (let i = 0; i < 5; i++) store.add(`e${i}`, START - HOUR + i, { long: "x".repeat(1_000_000) });
    await begin(config, START - HOUR, START);
    await team.workThrough();
    const calls = (await team.logged("CONSOLE")).map((line) => line.split(" "));
    expect(calls.flat()).toEqual(["e0", "e1", "e2", "e3", "e4"]);
    expect(Math.max(...calls.map(({ length }) => length))).toBe(4);
  });

  test("ends where PostHog sends more than a call may have, however little it is asked for", async () => {
    const config = await team.install(NAMING);
    const page = [1, 2].map((i) => ({
      event: `e${i}`,
      timestamp: new Date(START - HOUR + i).toISOString(),
      properties: { long: "x".repeat(2_200_000) },
    }));
    const limits: (string | null)[] = [];
    store.intercept = (url) => {
      limits.push(url.searchParams.get("limit"));
      return Response.json({ results: page, next: null });
    };
    await begin(config, START - HOUR, START);
    await team.workThrough();
    expect(limits).toEqual(["100", "50", "25", "13", "7", "4", "2", "1"]);
    expect(await found(config)).toMatchObject({
      state: "failed",
      error: "PostHog sends more events than it was asked for, and too much for one call",
    });
    expect(await team.logged("CONSOLE")).toEqual([]);
  });

  test("leaves out what is nested deeper than any event, and says so", async () => {
    const config = await team.install(NAMING);
    const times = { timestamp: new Date(START - HOUR).toISOString() };
    const events = [90, 200, 50_000].map((levels) => ({ event: `${levels}`, ...times, properties: "DEEP" }));
    const body = [90, 200, 50_000].reduce(
      (text, levels) => text.replace('"DEEP"', `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`),
      JSON.stringify({ results: events, next: null }),
    );
    store.intercept = (url) => (url.pathname.startsWith("/api/projects") ? new Response(body) : undefined);
    await begin(config, START - HOUR, START - HOUR + 1);
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["90"]);
    expect(await told()).toContain("Historical export: 2 events left out, of more than 100 levels");
  });

  test("waits an hour at most, whatever PostHog asks for", async () => {
    const config = await team.install(NAMING);
    const headers = { "Retry-After": "99999999999" };
    store.intercept = (url) =>
      url.pathname.startsWith("/api/projects") ? new Response("", { status: 429, headers }) : undefined;
    await begin(config, START - HOUR, START);
    await team.work();
    expect(await found(config)).toMatchObject({ dueAt: START + HOUR });
  });

  test("is one of a config at a time, and can be cancelled, also in the middle of a page", async () => {
    const config = await team.install(ASKING);
    for (let i = 0; i < 150; i++) store.add(`e${i}`, START - HOUR + i);
    let isAnswered = false;
    let asked = 0;
    const answer = async (): Promise<Response> => {
      asked++;
      while (!isAnswered) await new Promise((resolve) => setTimeout(resolve, 10));
      return new Response("ok");
    };
    store.intercept = (url) => (url.host === "warehouse.test" ? answer() : undefined);
    await begin(config, START - HOUR, START);
    const working = team.work();
    await vi.waitUntil(() => asked === 1);
    expect(await begin(config, START - DAY, START)).toBe(
      "one is under way since 2040-01-01T12:00:00.000Z; cancel it first",
    );
    expect(await team.inside((object) => object.cancelExport(address(), config.id))).toBe(true);
    isAnswered = true;
    await working;
    await team.workThrough();
    expect(asked).toBe(1);
    expect(await found(config)).toMatchObject({ state: "cancelled", exported: 0 });
    expect(await told()).toEqual(["Historical export: cancelled by hand after 0 events"]);
    expect(await team.inside((object) => object.cancelExport(address(), config.id))).toBe(false);
  });

  test("waits while its config is disabled, goes on with another version, and ends with one that exports nothing", async () => {
    const config = await team.install(ASKING);
    for (let i = 0; i < 3; i++) store.add(`e${i}`, START - (3 - i) * HOUR);
    let status = 503;
    store.intercept = (url) => (url.host === "warehouse.test" ? new Response("", { status }) : undefined);
    await begin(config, START - DAY, START);
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    expect(await found(config)).toMatchObject({ state: "running", dueAt: null });
    passTime(DAY);
    await team.workThrough();
    status = 200;
    await team.upgrade(config, ASKING.replace("console.log(", "console.log('new', "));
    await team.update(config.id, { enabled: true });
    await team.reconfigure();
    await team.workThrough();
    expect((await team.logged("CONSOLE")).join(" ").replaceAll("new ", "")).toBe("e0 e1 e2");

    await begin(config, START - DAY, START);
    await team.upgrade(config, "export const onEvent = () => undefined;");
    await team.reconfigure();
    await team.workThrough();
    expect(await found(config)).toMatchObject({
      state: "failed",
      error: "this version of the plugin has no exportEvents",
    });
  });

  test("waits as it is while a kill switch stops its plugin", async () => {
    const config = await team.install(NAMING);
    store.add("old", START - HOUR);
    const { id } = await team.kill("config", config.id);
    await begin(config, START - HOUR, START);
    const waiting = await found(config);
    for (let minutes = 0; minutes < 3; minutes++) {
      await team.work();
      expect(await found(config)).toEqual(waiting);
      passTime(MINUTE);
    }
    await lift(openRegistry(env), id);
    await team.reconfigure();
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["old"]);
  });

  test("is discarded with its config", async () => {
    const config = await team.install(ASKING);
    store.add("old", START - HOUR);
    store.intercept = (url) => (url.host === "warehouse.test" ? new Response("", { status: 503 }) : undefined);
    await begin(config, START - DAY, START);
    await team.work();
    await deleteConfig(openRegistry(env), team.id, config.id);
    await team.reconfigure();
    expect(await found(config)).toBeNull();
    expect((await told()).at(-1)).toBe("Historical export: discarded after 0 events, as the plugin config was removed");
    await team.workThrough();
  });
});

test.each([
  [
    "no key",
    { personalApiKey: null },
    (id: number) =>
      `team ${id} has no personal key for PostHog's API; set its "personal_api_key": PATCH /api/teams/${id}`,
  ],
  [
    "no PostHog",
    { posthogHost: null },
    (id: number) => `team ${id} has no PostHog; set its "posthog_host": PATCH /api/teams/${id}`,
  ],
])("an export is not begun with %s, and what to set is told", async (_, settings, refusal) => {
  const config = await team.install(NAMING);
  await team.set(settings);
  expect(await begin(config, START - DAY, START)).toBe(refusal(team.id));
  expect(await found(config)).toBeNull();
});
