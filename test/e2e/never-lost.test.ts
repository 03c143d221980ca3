import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";

import { type FakePostHog, type PostHogEvent, startFakePostHog } from "../support/fake-posthog.ts";
import { MortalServer } from "./mortal-server.ts";

const TIMEOUT = 180_000;

/** Waits for something, draws by lot, and removes the address. */
const PLUGIN = `export async function processEvent(event, { storage }) {
  await storage.set("last", event.uuid);
  event.properties.lot = Math.random();
  delete event.ip;
  return event;
}`;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A PostHog whose connections break off while `isDown` says so. */
async function startPostHog(isDown: () => boolean = () => false): Promise<FakePostHog> {
  const posthog = await startFakePostHog((request) => {
    if (isDown()) request.socket.destroy();
    return isDown();
  });
  cleanUps.push(() => posthog.close());
  return posthog;
}

async function startServer(posthog: FakePostHog): Promise<MortalServer> {
  const server = await MortalServer.start({ POSTHOG_HOST: posthog.url, PROJECT_KEY: "phc_real" });
  cleanUps.push(() => server.remove());
  return server;
}

/** Sends numbered events of some people, each after the other, until told to stop. */
async function sendUntil(isOver: () => boolean, server: MortalServer, people: readonly string[]): Promise<string[]> {
  const accepted: string[] = [];
  const sendAs = async (person: string) => {
    for (let n = 0; !isOver(); n += 4) {
      const batch = Array.from({ length: 4 }, (_, i) => ({
        uuid: randomUUID(),
        event: "counted",
        distinct_id: person,
        timestamp: new Date().toISOString(),
        properties: { n: n + i },
      }));
      if (await server.capture(batch)) accepted.push(...batch.map(({ uuid }) => uuid));
      await sleep(10);
    }
  };
  await Promise.all(people.map(sendAs));
  return accepted;
}

/** The first arrival of each event. An event that came twice must have come as the same. */
function distinct(events: readonly PostHogEvent[]): PostHogEvent[] {
  const byUuid = new Map<string, PostHogEvent>();
  for (const event of events) {
    const before = byUuid.get(event.uuid);
    if (before) expect(event).toEqual(before);
    else byUuid.set(event.uuid, event);
  }
  return [...byUuid.values()];
}

function waitForAll(posthog: FakePostHog, uuids: readonly string[]): Promise<void> {
  return vi.waitFor(
    () => {
      const arrived = new Set(posthog.events().map(({ uuid }) => uuid));
      expect(uuids.filter((uuid) => !arrived.has(uuid))).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );
}

test("no accepted event is lost when the server is killed under load, three times", { timeout: TIMEOUT }, async () => {
  const posthog = await startPostHog();
  const server = await startServer(posthog);
  await server.install("lots", PLUGIN);
  const people = Array.from({ length: 6 }, (_, i) => `person ${i}`);

  let isOver = false;
  const sending = sendUntil(() => isOver, server, people);
  for (let kills = 0; kills < 3; kills++) {
    // Killed at an uneven time, with events in every stage.
    await sleep(1_200 + 137 * kills);
    await server.kill9();
    if (kills === 2) isOver = true;
    await server.revive();
  }
  const accepted = await sending;
  // Nobody asks the server for anything any more: its alarms alone bring the rest.
  await waitForAll(posthog, accepted);
  expect(accepted.length).toBeGreaterThan(100);

  const arrived = distinct(posthog.events());
  for (const { timestamp, properties } of arrived) {
    expect(properties).toMatchObject({ lot: expect.any(Number), $ip: null, $geoip_disable: true });
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(TIMEOUT);
  }
  for (const person of people) {
    const numbers = arrived
      .filter(({ distinct_id }) => distinct_id === person)
      .map(({ properties }) => properties["n"] as number);
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
});

test("all events arrive once PostHog is back, a restart in between", { timeout: TIMEOUT }, async () => {
  let isDown = true;
  const posthog = await startPostHog(() => isDown);
  const server = await startServer(posthog);
  await server.install("lots", PLUGIN);
  const uuids = Array.from({ length: 50 }, () => randomUUID());
  const skew = -7 * 3_600_000;
  const happened = Date.now() - 10_000;
  const events = uuids.map((uuid, n) => ({
    uuid,
    event: "late",
    distinct_id: "somebody",
    timestamp: new Date(happened + skew).toISOString(),
    properties: { n },
  }));
  const sentAt = Date.now();
  expect(await server.capture(events, new Date(sentAt + skew))).toBe(true);
  await vi.waitUntil(() => posthog.requests.length >= 2, { timeout: 60_000 });
  expect(posthog.events()).toEqual([]);
  await server.kill9();
  await server.revive();
  isDown = false;
  await waitForAll(posthog, uuids);

  const arrived = distinct(posthog.events());
  expect(arrived.map(({ properties }) => properties["n"])).toEqual(uuids.map((_, n) => n));
  expect(new Set(arrived.map(({ properties }) => properties["lot"])).size).toBe(uuids.length);
  // As seen by a clock that is right, whatever the client's said, and however late they came.
  for (const { timestamp } of arrived) expect(Math.abs(Date.parse(timestamp) - happened)).toBeLessThan(60_000);
  const batches = posthog.requests.filter(({ path }) => path === "/batch/");
  for (const { headers } of batches)
    expect(Object.keys(headers).filter((name) => /forwarded|connecting-ip|real-ip|cookie/.test(name))).toEqual([]);
});

test("an event that PostHog refuses is kept with its answer", { timeout: TIMEOUT }, async () => {
  const posthog = await startFakePostHog((request, response) => {
    request.resume().on("end", () => response.writeHead(400).end("this is not an event"));
    return true;
  });
  cleanUps.push(() => posthog.close());
  const server = await startServer(posthog);
  const uuid = randomUUID();
  expect(await server.capture([{ uuid, event: "refused", distinct_id: "somebody" }])).toBe(true);
  const letters = await vi.waitFor(
    async () => {
      const { results } = await server.api<{ results: object[] }>("GET", "/api/dead-letters?team_id=1");
      expect(results).toHaveLength(1);
      return results;
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(letters).toMatchObject([{ uuid, status: 400, answer: "this is not an event", event: { event: "refused" } }]);
});
