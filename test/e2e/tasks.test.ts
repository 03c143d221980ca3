import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";

import { fireCron } from "../../scripts/cron.ts";
import { startFakePostHog } from "../support/fake-posthog.ts";
import { MortalServer } from "./mortal-server.ts";

const MINUTE = 60_000;

/** Takes a while, and tells when it began and ended. */
const PLUGIN = `export async function runEveryMinute() {
  await posthog.capture("began", { at: Date.now() });
  await new Promise((done) => setTimeout(done, 700));
  await posthog.capture("ended", { at: Date.now() });
}`;

interface TaskRun {
  id: number;
  state: string;
  trigger: string;
  due_at: string;
  missed: number;
  skipped: number;
}

test(
  "every beat is accounted for, and no two runs are beside each other, though the server is killed in the middle of runs",
  { timeout: 240_000 },
  async () => {
    const posthog = await startFakePostHog();
    onTestFinished(() => posthog.close());
    const server = await MortalServer.start({ POSTHOG_HOST: posthog.url, PROJECT_KEY: "phc_real" });
    onTestFinished(() => server.remove());
    const config = await server.install("metronome", PLUGIN);
    const list = async (): Promise<TaskRun[]> =>
      (await server.api<{ results: TaskRun[] }>("GET", `/api/plugin_configs/${config}/task_runs`)).results.toReversed();
    const settled = async (): Promise<TaskRun[]> => {
      const runs = await list();
      expect(runs.filter(({ state }) => state === "due" || state === "running")).toEqual([]);
      return runs;
    };

    // Beats of the future, so that time is the test's to make.
    const first = Math.floor(Date.now() / MINUTE) * MINUTE + 1_000 * MINUTE;
    const beat = (minute: number): Promise<void> => fireCron(server.url, first + minute * MINUTE);
    await beat(0);
    await vi.waitFor(settled, { timeout: 30_000, interval: 100 });

    // Killed in the middle of a run.
    await beat(1);
    await sleep(300);
    await server.kill9();
    await server.revive();
    // A beat in the meantime is skipped: nobody knows yet whether the run lives.
    await beat(2);
    expect((await list()).map(({ state }) => state)).toEqual(["finished", "running"]);
    await vi.waitFor(settled, { timeout: 120_000, interval: 500 });
    expect(await list()).toMatchObject([
      { state: "finished", trigger: "schedule" },
      { state: "lost", trigger: "schedule" },
      { state: "finished", trigger: "recovery" },
    ]);

    // Nobody was there for ten beats, and the same beat comes three times.
    await Promise.all([beat(13), beat(13), beat(13)]);
    const runs = await vi.waitFor(settled, { timeout: 30_000, interval: 100 });
    expect(runs).toHaveLength(4);
    const last = runs.at(-1);
    expect(last?.due_at).toBe(new Date(first + 13 * MINUTE).toISOString());

    // Each time of the grid was run, missed or skipped.
    const scheduled = runs.filter(({ trigger }) => trigger === "schedule");
    const times = runs.reduce((all, { missed, skipped }) => all + missed + skipped, scheduled.length);
    expect(times).toBe(14);

    // What was captured by the run that died went with it; that by the others is there once.
    const captured = () => posthog.events().map(({ event }) => event);
    await vi.waitUntil(() => captured().length === 6, 30_000);
    expect(captured().toSorted()).toEqual([...Array(3).fill("began"), ...Array(3).fill("ended")]);
  },
);
