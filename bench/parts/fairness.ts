import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ServerClient } from "../../cli/server/client.ts";
import { type SoakServer, startServer } from "../../scripts/soak/server.ts";
import { addTeam } from "../../scripts/soak/set-up.ts";
import { type FakePostHog, startFakePostHog } from "../../test/support/fake-posthog.ts";
import { quantile } from "../measure/spread.ts";
import { FAIRNESS, FAIRNESS_GROUP } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import type { Bench } from "./part.ts";

const ROUNDS = 5;
const EVENTS = 20;

/** Sees every event, and has a task that waits. */
const PLUGIN = `export const processEvent = (event) => { event.properties.seen = true; return event; };
export const runEveryDay = () => new Promise((done) => setTimeout(done, 8_000));`;

/** Times events on their way through a real server to PostHog, while nothing else runs and while their plugin is at a task of its own. */
export async function measureFairness({ progress }: Bench): Promise<Row[]> {
  progress("fairness: events beside a task");
  const stateDir = await mkdtemp(join(tmpdir(), "hoglet-bench-"));
  const posthog = await startFakePostHog();
  const server = await startServer(stateDir);
  try {
    return await measure(server, posthog);
  } finally {
    await server.stop();
    await posthog.close();
    await rm(stateDir, { recursive: true });
  }
}

async function measure({ url, adminToken }: SoakServer, posthog: FakePostHog): Promise<Row[]> {
  const client = new ServerClient(url, adminToken);
  const { id: teamId, projectKey } = await addTeam(client, posthog.url);
  const { id: pluginId } = await client.request("POST", "/api/plugins", { body: { name: "Busy", source: PLUGIN } });
  const { id } = await client.request("POST", "/api/plugin_configs", {
    body: { team_id: teamId, plugin_id: pluginId, enabled: true },
  });

  let sent = 0;
  /** @returns microseconds from the request to capture until PostHog has the event */
  const send = async (): Promise<number> => {
    const event = `event ${++sent}`;
    const start = performance.now();
    await fetch(`${url}/e/`, {
      method: "POST",
      body: JSON.stringify({ api_key: projectKey, event, distinct_id: "d" }),
    });
    while (posthog.events().at(-1)?.event !== event) await sleep(1);
    return (performance.now() - start) * 1000;
  };
  const sendAll = async (count: number): Promise<number[]> => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) times.push(await send());
    return times;
  };
  const runs = "/api/plugin_configs/{id}/task_runs";
  const stateOf = async (run: number): Promise<string> =>
    (await client.request("GET", `${runs}/{run_id}`, { params: { id, run_id: run } })).state;

  await sendAll(EVENTS);
  const samples = new Map<string, number[]>(Object.values(FAIRNESS).map((subject) => [subject, []]));
  for (let round = 0; round < ROUNDS; round++) {
    samples.get(FAIRNESS.alone)?.push(quantile(await sendAll(EVENTS), 0.5));
    const run = await client.request("POST", runs, { params: { id }, body: { task: "runEveryDay" } });
    while ((await stateOf(run.id)) !== "running") await sleep(10);
    const [first = Number.NaN, ...others] = await sendAll(EVENTS);
    if ((await stateOf(run.id)) !== "running") throw new Error("the task ended before the events were through");
    samples.get(FAIRNESS.first)?.push(first);
    samples.get(FAIRNESS.others)?.push(quantile(others, 0.5));
    while ((await stateOf(run.id)) !== "finished") await sleep(50);
  }
  return rowsOf(FAIRNESS_GROUP, samples);
}
