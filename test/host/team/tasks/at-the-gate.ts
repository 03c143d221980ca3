import { abortAllDurableObjects } from "cloudflare:test";
import { expect, vi } from "vitest";

import type { TaskRun } from "../../../../host/team/tasks/task-runs.ts";
import type { TestTeam } from "../test-team.ts";

export const MINUTE = 60_000;

/** The runs of a config, the oldest first. */
export const runs = async (team: TestTeam, configId: number): Promise<TaskRun[]> =>
  (
    await team.inside((object) => object.listTaskRuns(team.address, { pluginConfigId: configId }, { limit: 100 }))
  ).results.toReversed();

/** Has a beat come, on time, and what it begins run. */
export async function beat(team: TestTeam, time: number): Promise<void> {
  vi.setSystemTime(time);
  await team.tick(time);
  await team.work();
}

/** A plugin whose task waits for an answer. */
export const WAITING = `export async function runEveryMinute() { await fetch("https://gate.test/"); }`;

/** Waits in real time, while the test's own stands still. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 1000; tries++) await new Promise((resolve) => void setTimeout(resolve, 5));
  expect(isSo()).toBe(true);
}

/** Requests that are answered when the test says so. */
export function gate() {
  // Made here: what waits in an object is not to be resolved from another's context.
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  let asked = 0;
  vi.stubGlobal("fetch", async () => {
    await gates[asked++]?.promise;
    return new Response("go on");
  });
  return {
    get asked() {
      return asked;
    },
    open: (which: number) => gates[which]?.resolve(),
  };
}

/** Has a task begin, and the process end in the middle of it. */
export async function crash(team: TestTeam, waiting: { asked: number }): Promise<void> {
  const before = waiting.asked;
  const working = team.work().catch(() => undefined);
  await until(() => waiting.asked > before);
  await abortAllDurableObjects();
  await working;
}
