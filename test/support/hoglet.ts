import { rm } from "node:fs/promises";

import { startDevServer } from "../../scripts/dev-server.ts";
import { freePort } from "../../scripts/port.ts";
import type { Env } from "../../scripts/secrets.ts";
import type { PostHogEvent } from "./fake-posthog.ts";
import { makeStateDir, readyConfig } from "./ready-server.ts";

/** How long a test that calls {@link startHoglet} in a hook may take for it. */
export const START_TIMEOUT = 180_000;

/** A Hoglet server of a test's own. */
export interface Hoglet {
  /** Without a slash at the end. */
  url: string;
  adminToken: string;
  /** The demo team's local store, oldest first. */
  events(): Promise<PostHogEvent[]>;
  stop(): Promise<void>;
}

/** Starts the real server on a free port with a state of its own. What it prints is shown. */
export async function startHoglet(env: Env = {}): Promise<Hoglet> {
  const stateDir = await makeStateDir();
  const server = await startDevServer({
    port: await freePort(),
    stateDir,
    configFile: readyConfig(),
    env,
    onOutput: (text) => process.stderr.write(text),
  });
  const { url, adminToken } = server;
  const headers = { authorization: `Bearer ${adminToken}` };

  const events = async (): Promise<PostHogEvent[]> => {
    const all: PostHogEvent[] = [];
    let page: string | null = `${url}/api/events?team_id=1&limit=1000`;
    while (page !== null) {
      const response: Response = await fetch(page, { headers });
      if (!response.ok) throw new Error(`GET ${page}: ${response.status} ${await response.text()}`);
      const { results, next } = (await response.json()) as { results: PostHogEvent[]; next: string | null };
      all.push(...results);
      page = next;
    }
    return all.reverse();
  };

  return {
    url,
    adminToken,
    events,
    async stop() {
      await server.stop();
      await rm(stateDir, { recursive: true });
    },
  };
}
