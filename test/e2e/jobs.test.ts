import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";

import { startFakePostHog } from "../support/fake-posthog.ts";
import { MortalServer } from "./mortal-server.ts";

/** Each event asks for a job, which takes a while and tells that it ran. */
const PLUGIN = `export const jobs = {
  async report({ of }) {
    await new Promise((done) => setTimeout(done, 200));
    await posthog.capture("reported", { of, random: Math.random() });
  },
};
export async function processEvent(event, { jobs }) {
  if (event.event === "counted") await jobs.report({ of: event.uuid }).runIn(1, "second");
  return event;
}`;

test(
  "every job of an accepted event runs, and what it captures is there once, though the server is killed in the middle of it",
  { timeout: 180_000 },
  async () => {
    const posthog = await startFakePostHog();
    onTestFinished(() => posthog.close());
    const server = await MortalServer.start({ POSTHOG_HOST: posthog.url, PROJECT_KEY: "phc_real" });
    onTestFinished(() => server.remove());
    await server.install("reporter", PLUGIN);

    const accepted: string[] = [];
    for (let kills = 0; kills < 3; kills++) {
      const batch = Array.from({ length: 6 }, (_, i) => ({
        uuid: randomUUID(),
        event: "counted",
        distinct_id: `person ${i}`,
        properties: {},
      }));
      if (await server.capture(batch)) accepted.push(...batch.map(({ uuid }) => uuid));
      // The second is over, and one of the jobs under way.
      await sleep(1_700);
      await server.kill9();
      await server.revive();
    }
    expect(accepted).toHaveLength(18);

    // Nobody asks the server for anything any more: its alarms alone bring the rest.
    const reports = () => posthog.events().filter(({ event }) => event === "reported");
    await vi.waitFor(
      () => {
        const told = new Set(reports().map(({ properties }) => properties["of"]));
        expect(accepted.filter((uuid) => !told.has(uuid))).toEqual([]);
      },
      { timeout: 90_000, interval: 200 },
    );
    // What was sent twice is the same event, as PostHog sees it.
    const told = new Set(reports().map(({ uuid, properties }) => `${String(uuid)} ${String(properties["random"])}`));
    expect(told.size).toBe(18);
    const configs = await server.api<{ results: { id: number; plugin_id: number }[] }>(
      "GET",
      "/api/plugin_configs?team_id=1",
    );
    for (const { id } of configs.results)
      expect(await server.api("GET", `/api/plugin_configs/${id}/jobs`)).toEqual({ results: [], next: null });
  },
);
