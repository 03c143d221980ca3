import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "./root.ts";
import { run } from "./run.ts";
import { UserError } from "./user-error.ts";
import { QUIET_ENV, wrangler } from "./wrangler.ts";

const MIGRATIONS = join(ROOT, "host/store/migrations");

/**
 * Brings the local registry (D1) of a state directory up to date. Wrangler takes two seconds to find that there is nothing to do,
 * so the names of what has been applied are kept beside the database.
 */
export async function applyLocalMigrations(stateDir: string): Promise<void> {
  const wanted = (await readdir(MIGRATIONS))
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .join("\n");
  const applied = join(stateDir, "v3/d1/applied-migrations");
  if (existsSync(applied) && (await readFile(applied, "utf8")) === wanted) return;

  // With CI set, Wrangler does not wait for somebody to say yes.
  const command = wrangler("d1", "migrations", "apply", "REGISTRY", "--local", "--persist-to", stateDir);
  const result = await run(command, { ...QUIET_ENV, CI: "1" });
  if (result.code !== 0) throw new UserError(`The registry's migrations failed on ${stateDir}:\n${result.output}`);
  await mkdir(join(stateDir, "v3/d1"), { recursive: true });
  await writeFile(applied, wanted);
}
