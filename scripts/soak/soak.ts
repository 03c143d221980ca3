import { setTimeout as sleep } from "node:timers/promises";

import { ServerClient } from "../../cli/server/client.ts";
import { type FakePostHog, startFakePostHog } from "../../test/support/fake-posthog.ts";
import { clockOf, mib, type Observed, runsIn } from "./balance.ts";
import { type GitHub, startGitHub } from "./github.ts";
import { workerdMemory } from "./memory.ts";
import { type SoakServer, startServer } from "./server.ts";
import { addTeam, configureExample, installExample } from "./set-up.ts";
import { startTraffic } from "./traffic.ts";

const MINUTE = 60_000;
/** Of a minute, what is left before a tick that is too near to say whether a config that is saved now is live with it. */
const TOO_NEAR = 20_000;
/** After the last tick, so that its run is over. */
const AFTERWARDS = 25_000;
/** After that, for what is still under way: before the next tick. */
const SETTLE = 20_000;

interface Progress {
  say(line: string): void;
  /** Ends it before its time; it throws the reason. */
  signal: AbortSignal;
}

/** Lets a server run for so many ticks of its cron, and counts from outside what happens. */
export async function soak(minutes: number, stateDir: string, progress: Progress): Promise<Observed> {
  const [github, posthog] = await Promise.all([startGitHub(), startFakePostHog()]);
  try {
    progress.say("starting the server");
    const server = await startServer(stateDir);
    try {
      const counted = await observe(minutes, server, { github, posthog }, progress);
      return { ...counted, exitCode: await server.stop(), output: server.output() };
    } finally {
      await server.stop();
    }
  } catch (error) {
    // What waits says only that it was ended, and not why.
    progress.signal.throwIfAborted();
    throw error;
  } finally {
    await Promise.all([github.close(), posthog.close()]);
  }
}

async function observe(
  ticks: number,
  server: SoakServer,
  { github, posthog }: { github: GitHub; posthog: FakePostHog },
  { say, signal }: Progress,
): Promise<Omit<Observed, "exitCode" | "output">> {
  const client = new ServerClient(server.url, server.adminToken);
  const team = await addTeam(client, posthog.url);
  const pluginId = await installExample(client);
  const untilTick = MINUTE - (Date.now() % MINUTE);
  if (untilTick < TOO_NEAR) await sleep(untilTick + 1000, undefined, { signal });
  await configureExample(client, team.id, pluginId, github.host);

  const start = workerdMemory(server.pid);
  const traffic = startTraffic(server.url, team.projectKey);
  try {
    const first = Math.ceil(Date.now() / MINUTE) * MINUTE;
    const minutes = Array.from({ length: ticks }, (_, index) => first + index * MINUTE);
    say(`the example is live; ticks are due from ${clockOf(first)} (UTC) on`);
    for (const minute of minutes) {
      await sleep(minute + AFTERWARDS - Date.now(), undefined, { signal });
      const runs = runsIn(minute, github.runs).length;
      const memory = mib(workerdMemory(server.pid));
      say(`${clockOf(minute)}  runs ${runs}, events accepted ${traffic.sent.accepted.length}, workerd ${memory}`);
    }
    const sent = await traffic.stop();
    const ledger = await settledLedger(client, team.id, signal);
    const end = workerdMemory(server.pid);
    return { minutes, runs: github.runs, sent, delivered: posthog.events(), ledger, memory: { start, end } };
  } finally {
    await traffic.stop();
  }
}

/** The ledger once nothing is under way any more, or what it says when that takes too long. */
async function settledLedger(client: ServerClient, teamId: number, signal: AbortSignal): Promise<Observed["ledger"]> {
  for (const deadline = Date.now() + SETTLE; ;) {
    const ledger = await client.request("GET", "/api/teams/{id}/ledger", { params: { id: teamId } });
    if (ledger.in_flight.inbox + ledger.in_flight.outbox === 0 || Date.now() > deadline) return ledger;
    await sleep(500, undefined, { signal });
  }
}
