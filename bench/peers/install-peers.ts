import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../../scripts/root.ts";
import { UserError } from "../../scripts/user-error.ts";

const FOLDER = join(ROOT, "bench/peers");

const OLDEST_NODE = 24;

/** Installs what the bench compares with, unless the very versions of the lock file are there. Its output goes to stderr. */
export async function installPeers(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
    throw new UserError(`isolated-vm, which the benchmark compares with, needs Node ${OLDEST_NODE} or newer`);
  const [wanted, present] = await Promise.all(
    ["package-lock.json", "node_modules/.package-lock.json"].map((name) => versionsIn(join(FOLDER, name))),
  );
  if (wanted === present) return;
  await new Promise<void>((resolve, reject) => {
    const npm = spawn("npm", ["ci", "--prefix", FOLDER, "--no-audit", "--no-fund"], { stdio: ["ignore", 2, 2] });
    npm.on("error", reject);
    npm.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ci --prefix bench/peers ended with exit code ${code}`)),
    );
  });
}

/** The packages of a lock file with their versions, as one text. */
async function versionsIn(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { version?: string }> };
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { version }]) => `${path} ${version}`)
    .toSorted()
    .join("\n");
}
