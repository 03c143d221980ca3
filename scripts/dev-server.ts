import { once } from "node:events";
import { join, resolve } from "node:path";

import { writeDevVars } from "./dev-vars.ts";
import { waitUntilHealthy } from "./health.ts";
import { applyLocalMigrations } from "./local-migrations.ts";
import { assertPortFree, waitUntilPortFree } from "./port.ts";
import { killHard, processTree, waitForEnd } from "./processes.ts";
import { ROOT } from "./root.ts";
import type { Env } from "./secrets.ts";
import { UserError } from "./user-error.ts";
import { spawnWranglerDev } from "./wrangler-dev.ts";

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 5_000;

export interface DevServerOptions {
  port: number;
  /** Where databases, objects and keys are kept; `.wrangler/state` (with the keys in `.dev.vars`) when absent. */
  stateDir?: string | undefined;
  /** Wrangler's configuration, instead of wrangler.toml: that of a Worker bundled before, say. */
  configFile?: string | undefined;
  /** The settings for the Worker (`POSTHOG_HOST`, `ADMIN_TOKEN`, ...), by the names of environment variables. */
  env?: Env;
  /** Receives what the Worker and Wrangler print once the server runs: warnings and errors. */
  onOutput?: (text: string) => void;
}

export interface DevServer {
  /** Without a slash at the end. */
  url: string;
  adminToken: string;
  pid: number;
  /** Settles when the server has ended for whatever reason, with its exit code. */
  exited: Promise<number>;
  /** Ends it in an orderly way, with every process that it started. */
  stop(): Promise<void>;
  /** `kill -9` for all its processes at once: what a power cut does to it. */
  kill9(): Promise<void>;
}

/**
 * Starts the built Worker in `wrangler dev` and waits until it answers.
 * @throws UserError when the port is taken, or with everything printed so far when the server does not come up
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { port, configFile, env = {}, onOutput } = options;
  const url = `http://localhost:${port}`;
  await assertPortFree(port);

  const stateDir = resolve(ROOT, options.stateDir ?? ".wrangler/state");
  const expanded = options.stateDir !== undefined;
  const varsFile = join(expanded ? stateDir : ROOT, ".dev.vars");
  const vars = await writeDevVars(varsFile, env, { expanded });
  await applyLocalMigrations(stateDir);

  const child = spawnWranglerDev({ port, stateDir, envFile: expanded ? varsFile : undefined, configFile });
  const { pid } = child;
  if (pid === undefined) throw new Error("`wrangler dev` could not be started");
  const exited = once(child, "exit").then(([code]) => (typeof code === "number" ? code : 1));

  // What Wrangler says while it starts is of no use to anybody, unless it is an error: then it waits for the source to be put right.
  let printed = "";
  let quiet = true;
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      if (!quiet) return onOutput?.(text);
      printed += text;
      if (!printed.includes("ERROR")) return;
      quiet = false;
      onOutput?.(printed);
    });

  const end = async (orderly: boolean) => {
    const tree = processTree(pid);
    if (orderly) child.kill("SIGTERM");
    if (!orderly || !(await waitForEnd(tree, STOP_TIMEOUT_MS))) killHard(tree);
    await waitForEnd(tree, STOP_TIMEOUT_MS);
    // A process is listed as ended when its first thread is; the others may hold the port for a moment longer.
    await waitUntilPortFree(port, STOP_TIMEOUT_MS);
  };

  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), START_TIMEOUT_MS);
  const trouble = await Promise.race([
    exited.then((code) => `it ended with exit code ${code}`),
    waitUntilHealthy(port, vars.ADMIN_HOST, giveUp.signal).then(
      () => undefined,
      () => `GET ${url}/api/health was not answered with 200 within ${START_TIMEOUT_MS / 1000} seconds`,
    ),
  ]);
  clearTimeout(timer);
  giveUp.abort();
  if (trouble !== undefined) {
    await end(true);
    throw new UserError(`\`wrangler dev\` did not come up: ${trouble}.\n${printed}`);
  }
  quiet = false;
  return { url, adminToken: vars.ADMIN_TOKEN, pid, exited, stop: () => end(true), kill9: () => end(false) };
}
