import { randomUUID } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";

import { type FakePostHog, type PostHogEvent, startFakePostHog } from "../support/fake-posthog.ts";
import { MortalServer } from "./mortal-server.ts";

const TIMEOUT = 240_000;
const WAIT_MS = 3_000;

/** Waits, then draws, looks at the clock and captures: what it makes of an event shows whether all of it is the event's. */
const PLUGIN = `export async function processEvent(event) {
  if (event.event === "captured") return event;
  const before = [Math.random(), Math.random()];
  console.log("waiting for " + event.uuid);
  await new Promise((resolve) => setTimeout(resolve, ${WAIT_MS}));
  event.properties.drawn = [...before, ...Array.from({ length: 5 }, Math.random)];
  event.properties.at = [Date.now(), new Date().toISOString()];
  posthog.capture("captured", { of: event.uuid, lot: Math.random() });
  return event;
}`;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Seen {
  /** The one that was captured, and the one that was sent. */
  events: PostHogEvent[];
  outcomes: { event_uuid: string; function: string; kind: string; fuel: number }[];
}

/** Waits until a server has brought an event, and the one captured for it, to its end. */
async function finish(server: MortalServer, posthog: FakePostHog, uuid: string, before: number): Promise<Seen> {
  const events = await vi.waitFor(
    () => {
      const arrived = posthog.events().slice(before);
      const found = arrived.filter((event) => event.uuid === uuid || event.properties["of"] === uuid);
      expect(found).toHaveLength(2);
      return found.toSorted((a, b) => a.event.localeCompare(b.event));
    },
    { timeout: 60_000, interval: 100 },
  );
  const { results } = await server.api<{ results: Seen["outcomes"] }>("GET", "/api/outcomes?team_id=1");
  return { events, outcomes: results.filter(({ event_uuid }) => event_uuid === uuid) };
}

/** Waits until the call of an event has begun. What a plugin logs is there at once. */
async function untilWaiting(server: MortalServer, uuid: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { results } = await server.api<{ results: { message: string }[] }>("GET", "/api/logs?team_id=1");
      expect(results.map(({ message }) => message)).toContain(`waiting for ${uuid}`);
    },
    { timeout: 60_000, interval: 50 },
  );
}

/** Sends an event. Only its uuid is its own. */
async function send(server: MortalServer, uuid: string): Promise<void> {
  const timestamp = new Date(0).toISOString();
  expect(await server.capture([{ uuid, event: "drawn", distinct_id: "somebody", timestamp }])).toBe(true);
}

const numbersOf = ([captured, drawn]: readonly PostHogEvent[]): unknown[] =>
  [captured?.properties["lot"], drawn?.properties["drawn"]].flat();

test(
  "an event whose call was killed ends the same in two processes, to the last number and unit of fuel",
  { timeout: TIMEOUT },
  async () => {
    const posthog = await startFakePostHog();
    cleanUps.push(() => posthog.close());
    const settings = { PROJECT_KEY: "phc_real", POSTHOG_HOST: posthog.url };
    const server = await MortalServer.start(settings);
    cleanUps.push(() => server.remove());
    // Of the calls that end well, the first is kept: it is to be this plugin's.
    await server.api("PATCH", "/api/plugin_configs/1", { enabled: false });
    await server.install("lots", PLUGIN);

    const uuid = randomUUID();
    await send(server, uuid);
    await untilWaiting(server, uuid);
    await server.kill9();
    expect(posthog.events()).toEqual([]);
    const twin = await server.copy(settings);
    cleanUps.push(() => twin.remove());

    await server.revive();
    const one = await finish(server, posthog, uuid, 0);
    await server.kill9();
    const before = posthog.events().length;
    await twin.revive();
    const other = await finish(twin, posthog, uuid, before);

    expect(one.events).toMatchObject([
      { event: "captured", uuid: expect.any(String), properties: { lot: expect.any(Number) } },
      { event: "drawn", uuid, properties: { at: [expect.any(Number), expect.any(String)] } },
    ]);
    expect(other.events).toEqual(one.events);
    expect(one.outcomes).toMatchObject([{ function: "processEvent", kind: "ok", fuel: expect.any(Number) }]);
    const told = ({ outcomes }: Seen) => outcomes.map(({ function: name, kind, fuel }) => ({ name, kind, fuel }));
    expect(told(other)).toEqual(told(one));

    // All of it is the event's own: another one, which differs by its uuid and its time of arrival, is given other numbers.
    const next = randomUUID();
    await send(twin, next);
    const { events } = await finish(twin, posthog, next, before);
    expect(new Set([...numbersOf(events), ...numbersOf(one.events)]).size).toBe(16);
    expect(events[0]?.uuid).not.toBe(one.events[0]?.uuid);
    expect(events[1]?.properties["at"]).not.toEqual(one.events[1]?.properties["at"]);
  },
);
