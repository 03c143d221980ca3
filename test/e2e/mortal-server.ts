import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

import { type DevServer, startDevServer } from "../../scripts/dev-server.ts";
import { assertPortFree } from "../../scripts/port.ts";
import type { Env } from "../../scripts/secrets.ts";
import { makeStateDir, readyConfig } from "../support/ready-server.ts";

/** A real server that can be killed, and brought back with what it had written by then. */
export class MortalServer {
  readonly url: string;
  readonly #port: number;
  readonly #stateDir: string;
  readonly #env: Env;
  #server: DevServer | undefined;

  private constructor(port: number, stateDir: string, env: Env) {
    this.url = `http://localhost:${port}`;
    this.#port = port;
    this.#stateDir = stateDir;
    this.#env = env;
  }

  /** On a free port, with a state of its own. */
  static async start(env: Env): Promise<MortalServer> {
    const server = new MortalServer(await findPort(), await makeStateDir(), env);
    await server.revive();
    return server;
  }

  /** A server on a copy of what a killed one had written, which has yet to be revived. Settings are its own. */
  async copy(env: Env): Promise<MortalServer> {
    const stateDir = await mkdtemp(join(tmpdir(), "hoglet-state-"));
    await cp(this.#stateDir, stateDir, { recursive: true });
    return new MortalServer(await findPort(), stateDir, env);
  }

  /** Starts it, again if need be. No request reaches a team's object by this. */
  async revive(): Promise<void> {
    this.#server = await startDevServer({
      port: this.#port,
      stateDir: this.#stateDir,
      configFile: readyConfig(),
      env: this.#env,
    });
  }

  /** Ends all its processes at once, in the middle of whatever they do. */
  async kill9(): Promise<void> {
    await this.#server?.kill9();
    // A process counts as ended when its first thread has; its sockets stay until the last one has.
    await vi.waitUntil(() => isFree(this.#port), { timeout: 30_000, interval: 20 });
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.#server?.kill9();
    await rm(this.#stateDir, { recursive: true });
  }

  /** Sends a batch of the demo team's. @returns whether it was accepted */
  async capture(batch: readonly object[], sentAt = new Date()): Promise<boolean> {
    const body = JSON.stringify({ api_key: "phc_demo", batch, sent_at: sentAt.toISOString() });
    try {
      const response = await fetch(`${this.url}/batch/`, { method: "POST", body });
      return response.status === 200 && (await response.text()) === '{"status":1}';
    } catch {
      return false;
    }
  }

  /** Calls the admin API. Throws when it does not answer 2xx. */
  async api<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> {
    const headers = { Authorization: `Bearer ${this.#server?.adminToken}`, "Content-Type": "application/json" };
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Installs a plugin and enables it for the demo team, after those that are there. @returns the config's id */
  async install(name: string, source: string, config: object = {}): Promise<number> {
    const { id } = await this.api<{ id: number }>("POST", "/api/plugins", { name, source });
    const values = { team_id: 1, plugin_id: id, enabled: true, config };
    return (await this.api<{ id: number }>("POST", "/api/plugin_configs", values)).id;
  }
}

/**
 * A free port outside of the range that connections take theirs from: one that tries to reach a dead server on a port
 * of that range may end up with that very port as its own, and connect to itself.
 */
async function findPort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  assertPortFree(port).then(
    () => true,
    () => false,
  );
