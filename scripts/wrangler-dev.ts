import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

import { ROOT } from "./root.ts";
import { QUIET_ENV, WRANGLER_BIN } from "./wrangler.ts";

export interface WranglerDevOptions {
  port: number;
  stateDir: string;
  /** Variables for the Worker, instead of .dev.vars. */
  envFile?: string | undefined;
  /** Wrangler's configuration, instead of wrangler.toml: that of a Worker bundled before, say. */
  configFile?: string | undefined;
}

/**
 * Starts `wrangler dev`: offline, without keyboard shortcuts, and printing no more than warnings and errors (`WRANGLER_LOG=log` shows requests too).
 * It shuts down when the calling process is gone, however that ended.
 */
export function spawnWranglerDev({ port, stateDir, envFile, configFile }: WranglerDevOptions): ChildProcess {
  const args = ["--import", join(import.meta.dirname, "exit-with-parent.js"), WRANGLER_BIN, "dev"];
  args.push("--port", `${port}`, "--ip", "127.0.0.1", "--persist-to", stateDir);
  args.push("--inspector-port", "0", "--show-interactive-dev-session=false");
  if (envFile !== undefined) args.push("--env-file", envFile);
  if (configFile !== undefined) args.push("--config", configFile);
  return spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      WRANGLER_LOG: "warn",
      ...process.env,
      ...QUIET_ENV,
      // Without a network, fetching Cloudflare's idea of where we are would only fail.
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      // Servers of the same name would find each other in the registry that all share otherwise.
      WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}
