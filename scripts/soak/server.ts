import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { freePort } from "../port.ts";
import { ROOT } from "../root.ts";
import { SETTINGS } from "../secrets.ts";
import { UserError } from "../user-error.ts";

/** A server that was started as `npm start` does. */
export interface SoakServer {
  /** Without a slash at the end. */
  url: string;
  pid: number;
  adminToken: string;
  /** What it has printed since it was up: warnings and errors, and nothing else. */
  output(): string;
  /** Ends it. @returns its exit code, 0 when all is well */
  stop(): Promise<number | null>;
}

/** Runs `npm start` on a free port with a state of its own, and none of the settings that this process has. */
export async function startServer(stateDir: string): Promise<SoakServer> {
  const port = await freePort();
  const adminToken = crypto.randomUUID();
  const child = spawn(process.execPath, [join(ROOT, "scripts/start.ts")], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...Object.fromEntries(SETTINGS.map((name) => [name, ""])),
      PORT: `${port}`,
      HOGLET_STATE_DIR: stateDir,
      ADMIN_TOKEN: adminToken,
      // GitHub and PostHog stand on this machine.
      ALLOW_LOOPBACK: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("`npm start` could not be started");
  const exited = once(child, "exit").then(([code]) => (typeof code === "number" ? code : null));

  let printed = "";
  const up = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (!printed.trimEnd().endsWith("Ctrl-C stops it.")) return;
        printed = "";
        resolve();
      });
  });
  const code = await Promise.race([up, exited.then((ended) => ended ?? 1)]);
  if (code !== undefined)
    throw new UserError(`The server did not come up: it ended with exit code ${code}.\n${printed}`);
  return {
    url: `http://localhost:${port}`,
    pid,
    adminToken,
    output: () => printed,
    stop() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}
