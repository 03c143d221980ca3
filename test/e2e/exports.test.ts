import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";

import { startFakePostHog } from "../support/fake-posthog.ts";
import { MortalServer } from "./mortal-server.ts";

/** Takes a while to export, tells what it has exported, and what it has seen. */
const PLUGIN = `export async function exportEvents(events) {
  await new Promise((done) => setTimeout(done, 700));
  await posthog.capture("exported", { uuids: events.map(({ uuid }) => uuid) });
}
export async function onEvent(event) {
  if (event.event === "counted") await posthog.capture("seen", { of: event.uuid });
}`;

test(
  "no accepted event is left out of exports and onEvent when the server is killed in the middle of them",
  { timeout: 180_000 },
  async () => {
    const posthog = await startFakePostHog();
    onTestFinished(() => posthog.close());
    const server = await MortalServer.start({ POSTHOG_HOST: posthog.url, PROJECT_KEY: "phc_real" });
    onTestFinished(() => server.remove());
    await server.install("exporter", PLUGIN, {
      exportEventsBufferSeconds: "1",
      exportEventsToIgnore: "exported, seen",
    });

    const accepted: string[] = [];
    for (let kills = 0; kills < 3; kills++) {
      for (let sent = 0; sent < 5; sent++) {
        const batch = Array.from({ length: 4 }, (_, i) => ({
          uuid: randomUUID(),
          event: "counted",
          distinct_id: `person ${i}`,
          properties: {},
        }));
        if (await server.capture(batch)) accepted.push(...batch.map(({ uuid }) => uuid));
        await sleep(100);
      }
      // The second of the buffer is over, and the export under way.
      await sleep(900);
      await server.kill9();
      await server.revive();
    }
    expect(accepted).toHaveLength(60);

    // Nobody asks the server for anything any more: its alarms alone bring the rest.
    const told = (name: string, read: (properties: Record<string, unknown>) => unknown) =>
      new Set(
        posthog
          .events()
          .filter(({ event }) => event === name)
          .flatMap(({ properties }) => read(properties)),
      );
    await vi.waitFor(
      () => {
        const exported = told("exported", ({ uuids }) => uuids);
        const seen = told("seen", ({ of }) => of);
        const missing = accepted.filter((uuid) => !exported.has(uuid) || !seen.has(uuid));
        expect(missing).toEqual([]);
      },
      { timeout: 90_000, interval: 200 },
    );
  },
);
