import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { fireCron } from "../../scripts/cron.ts";
import { type DevServer, type DevServerOptions, startDevServer } from "../../scripts/dev-server.ts";
import { freePort } from "../../scripts/port.ts";
import { processTree, waitForEnd } from "../../scripts/processes.ts";

const TIMEOUT = 180_000;

let stateDir: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "hoglet-state-"));
});
afterAll(() => rm(stateDir, { recursive: true }));

const servers: DevServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill9();
});

test("a server keeps its state, its token and its port through kill -9", { timeout: TIMEOUT }, async () => {
  const port = await freePort();
  // What a variables file could get wrong: marks, comments, variables.
  const ADMIN_TOKEN = `it's a "$HOME" #token`;
  const first = await start({ port, stateDir, env: { ADMIN_TOKEN } });
  expect(first).toMatchObject({ url: `http://localhost:${port}`, adminToken: ADMIN_TOKEN });
  await capture(first, "before the kill");
  const tree = processTree(first.pid);
  await first.kill9();
  expect(await waitForEnd(tree, 0)).toBe(true);
  expect(await first.exited).not.toBe(0);

  const second = await start({ port, stateDir });
  expect(second.adminToken).toBe(ADMIN_TOKEN);
  await waitForEvent(second, "before the kill");
  await fireCron(second.url, 1_700_000_000_000);
  await second.stop();
  await expect(fetch(second.url)).rejects.toThrow("fetch failed");
});

test("two servers at once do not see each other", { timeout: TIMEOUT }, async () => {
  const [one, other] = [join(stateDir, "one"), join(stateDir, "other")];
  const left = await start({ port: await freePort(), stateDir: one, env: { ADMIN_TOKEN: "left" } });
  const right = await start({ port: await freePort(), stateDir: other, env: { ADMIN_TOKEN: "right" } });
  await capture(left, "left alone");
  await capture(right, "right alone");
  await waitForEvent(left, "left alone");
  await waitForEvent(right, "right alone");
  expect(await eventNames(left)).not.toContain("right alone");
  expect((await listEvents(right, "left")).status).toBe(401);
});

test("a port in use is refused before anything starts", { timeout: TIMEOUT }, async () => {
  const server = await start({ port: await freePort(), stateDir });
  const port = Number(new URL(server.url).port);
  await expect(start({ port, stateDir })).rejects.toThrow(`Port ${port} is in use.`);
});

async function start(options: DevServerOptions): Promise<DevServer> {
  const server = await startDevServer(options);
  servers.push(server);
  return server;
}

async function capture({ url }: DevServer, event: string): Promise<void> {
  const body = JSON.stringify({ api_key: "phc_demo", event, distinct_id: "test" });
  const response = await fetch(`${url}/e/`, { method: "POST", body, headers: { "content-type": "application/json" } });
  expect([response.status, await response.json()]).toEqual([200, { status: 1 }]);
}

function listEvents({ url }: DevServer, token: string): Promise<Response> {
  return fetch(`${url}/api/events?team_id=1`, { headers: { authorization: `Bearer ${token}` } });
}

async function eventNames(server: DevServer): Promise<string[]> {
  const { results }: { results: { event: string }[] } = await (await listEvents(server, server.adminToken)).json();
  return results.map(({ event }) => event);
}

async function waitForEvent(server: DevServer, event: string): Promise<void> {
  while (!(await eventNames(server)).includes(event)) await sleep(100);
}
