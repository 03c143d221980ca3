import { describe, expect, test, vi } from "vitest";

import { abortAllDurableObjects } from "cloudflare:test";
import { accept } from "../../../../host/accept.ts";
import { NO_REQUEST } from "../../../../host/capture/request-context.ts";
import type { Place } from "../../../../host/event.ts";
import { env, message, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const tag = (letter: string) =>
  `export function processEvent(event) { event.properties.path = (event.properties.path || "") + "${letter}"; return event; }`;

/** Says which events each of its calls was given. */
const TELLING = `export function processEventBatch(events) {
  console.log(events.map(({ event }) => event).join(" "));
  return events.map((event) => ({ ...event, properties: { ...event.properties, path: (event.properties.path || "") + "b" } }));
}`;

const numbered = (count: number, people = 1) =>
  Array.from({ length: count }, (_, i) => ({ event: `e${i}`, distinct_id: `p${i % people}` }));

describe("processEventBatch", () => {
  test("is given all that waits, in order, the events of one person too", async () => {
    const team = await TestTeam.create();
    await team.install(TELLING);
    await team.accept(...numbered(7, 2));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["e0 e1 e2 e3 e4 e5 e6"]);
    expect(await team.eventNames()).toEqual(numbered(7).map(({ event }) => event));
    expect(await team.status()).toMatchObject({ inbox: 0, outbox: 0 });
  });

  test("has its place between the other plugins", async () => {
    const team = await TestTeam.create();
    await team.install(tag("a"), { order: 1 });
    await team.install(TELLING, { order: 2, config: { processEventBatchSize: "2" } });
    await team.install(tag("c"), { order: 3 });
    await team.accept(...numbered(3, 3));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["e0 e1", "e2"]);
    const paths = (await team.events()).map(({ properties }) => (properties as { path: string }).path);
    expect(paths).toEqual(["abc", "abc", "abc"]);
  });

  test.each([
    [{ processEventBatchSize: "4" }, ["e0 e1 e2 e3", "e4 e5"]],
    [{ processEventBatchSize: 5 }, ["e0 e1 e2 e3 e4", "e5"]],
    [{ processEventBatchSize: "0" }, ["e0", "e1", "e2", "e3", "e4", "e5"]],
    [{ processEventBatchSize: "many" }, ["e0 e1 e2 e3 e4 e5"]],
  ])("with %j is called with %j", async (config, calls) => {
    const team = await TestTeam.create();
    await team.install(TELLING, { config });
    await team.accept(...numbered(6, 4));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(calls);
  });

  test("waits for others as long as its config says, or until there are enough", async () => {
    const team = await TestTeam.create();
    await team.install(TELLING, { config: { processEventBatchSeconds: "10", processEventBatchSize: "3" } });
    await team.accept({ event: "first" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual([]);
    expect(await team.alarm()).toBe(Date.now() + 10_000);
    passTime(9_000);
    await team.accept({ event: "second", distinct_id: "other" });
    await team.work();
    expect(await team.eventNames()).toEqual([]);
    passTime(1_000);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["first second"]);
    await team.accept(...numbered(3));
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["first second", "e0 e1 e2"]);
  });

  test("tells how the call ended once, and what became of each event", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      "export const processEventBatch = (events) => [null, events[2], { ...events[0] }, 0];",
      { name: "batches" },
    );
    const sent = await team.accept(...numbered(3, 3));
    await team.work();
    const { results } = await team.inside((object) =>
      object.listOutcomes({ teamId: team.id, shard: 0 }, { limit: 10 }),
    );
    const uuids = sent.map(({ event }) => event.uuid);
    expect(results).toMatchObject([
      {
        function: "processEventBatch",
        kind: "ok",
        plugin: "batches",
        pluginConfigId: config.id,
        eventUuid: null,
        results: [
          { uuid: uuids[0], kind: "ok" },
          { uuid: uuids[1], kind: "dropped" },
          { uuid: uuids[2], kind: "ok" },
        ],
      },
    ]);
    expect(await team.eventNames()).toEqual(["e0", "e2"]);
    const recent = await team.inside((object) => object.listRecentEvents({ teamId: team.id, shard: 0 }, 10));
    expect(recent.map(({ after, outcomes }) => [after === null, outcomes.map(({ kind }) => kind)])).toEqual([
      [false, ["ok"]],
      [true, ["dropped"]],
      [false, ["ok"]],
    ]);
  });

  test("gives back events that share a uuid, one for one", async () => {
    const team = await TestTeam.create({ posthogHost: "https://posthog.test", posthogApiKey: "phc" });
    const left: string[] = [];
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      const bytes = new Response(init.body ?? null).body?.pipeThrough(new DecompressionStream("gzip"));
      const { batch } = await new Response(bytes ?? null).json<{ batch: { event: string }[] }>();
      left.push(...batch.map(({ event }) => event));
      return new Response("{}");
    });
    await team.install("export const processEventBatch = (events) => events;");
    const uuid = crypto.randomUUID();
    await team.accept({ event: "a", uuid }, { event: "b", uuid, distinct_id: "other" });
    await team.work();
    expect(left).toEqual(["a", "b"]);
  });

  test.each(["null", "[42]"])("that returns %s leaves all its events alone", async (result) => {
    const team = await TestTeam.create();
    await team.install(`export const processEventBatch = () => (${result});`);
    await team.accept(...numbered(3, 2));
    await team.work();
    expect(await team.eventNames()).toEqual(["e0", "e1", "e2"]);
    expect(await team.failures()).toMatchObject([{ kind: "bad-return", function: "processEventBatch" }]);
  });
});

describe("a batch that is held", () => {
  const MOODY = `export async function processEventBatch(events, { storage }) {
    console.log(events.map(({ event }) => event).join(" "));
    if (!(await storage.get("well"))) throw new RetryError("not today");
    return events;
  }`;

  test("comes back as one, before any later event of its people", async () => {
    const team = await TestTeam.create();
    const config = await team.install(MOODY, { order: 2 });
    await team.install(tag("a"), { order: 1 });
    await team.accept(...numbered(4, 2));
    await team.work();
    expect(await team.eventNames()).toEqual([]);
    await team.inside((object) => object.storageSet(config.id, "well", "true"));
    await team.accept({ event: "late", distinct_id: "p0" }, { event: "other", distinct_id: "p9" });
    await team.work();
    expect(await team.eventNames()).toEqual(["other"]);
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["e0 e1 e2 e3", "other", "e0 e1 e2 e3 late"]);
    const events = await team.events();
    // The plugin before has not seen them again.
    expect(events.map(({ properties }) => (properties as { path: string }).path)).toEqual(events.map(() => "a"));
    for (const person of ["p0", "p1"]) {
      const own = events.filter(({ distinct_id }) => distinct_id === person).map(({ event }) => event);
      expect(own).toEqual(person === "p0" ? ["e0", "e2", "late"] : ["e1", "e3"]);
    }
  });

  test("by one plugin for one event lets those of others pass", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event, { storage }) {
        if (event.event !== "e0" || (await storage.get("seen"))) return event;
        await storage.set("seen", true);
        throw new RetryError("not yet");
      }`,
      { order: 1 },
    );
    await team.install(TELLING, { order: 2 });
    await team.accept(...numbered(4, 2));
    await team.work();
    expect(await team.eventNames()).toEqual(["e1", "e3"]);
    await team.workThrough();
    expect(await team.eventNames()).toEqual(["e1", "e3", "e0", "e2"]);
    expect(await team.logged("CONSOLE")).toEqual(["e1 e3", "e0 e2"]);
  });
});

test("a batch that takes the object down with it is taken apart, and nothing is lost", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export async function processEventBatch(events) {
      if (events.some(({ event }) => event === "deadly")) await fetch("https://abyss.test/");
      return events;
    }`,
  );
  let falls = 0;
  vi.stubGlobal("fetch", () => {
    falls++;
    return new Promise(() => undefined);
  });
  await team.accept(
    { event: "one", distinct_id: "a" },
    { event: "deadly", distinct_id: "b" },
    { event: "behind", distinct_id: "b" },
    { event: "two", distinct_id: "a" },
  );
  for (let crash = 1; crash <= 2; crash++) {
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => falls === crash);
    await abortAllDurableObjects();
    await crashed;
  }
  await team.work();
  expect((await team.eventNames()).toSorted()).toEqual(["one", "two"]);
  vi.stubGlobal("fetch", async () => new Response("saved"));
  await team.workThrough();
  expect((await team.eventNames()).slice(2)).toEqual(["deadly", "behind"]);
});

test("each client's own address is known in a batch, though what only one request knows is not", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export const processEventBatch = (events, { geoip, request }) => Promise.all(events.map(async (event) => {
      const { country } = await geoip.locate(event.ip);
      return { ...event, properties: { at: country.isoCode, from: request.country } };
    }));`,
  );
  const nowhere: Place = {
    country: null,
    city: null,
    region: null,
    regionCode: null,
    continent: null,
    postalCode: null,
    latitude: null,
    longitude: null,
    timeZone: null,
    asn: null,
    asOrganization: null,
  };
  const messages = ["SE", "FI"].map((country, i) => {
    const ip = `203.0.113.${i + 1}`;
    return { ...message(team.id, { ip }), request: { ...NO_REQUEST, ip, geo: { ...nowhere, country } } };
  });
  await accept(env, { teamId: team.id, shards: 1 }, messages, []);
  await team.work();
  expect(await team.failures()).toEqual([]);
  expect((await team.events()).map(({ properties }) => properties)).toMatchObject([
    { at: "SE", from: null },
    { at: "FI", from: null },
  ]);
});
