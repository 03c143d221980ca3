import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

import { applyLocalMigrations } from "../../scripts/local-migrations.ts";
import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";
import { QUIET_ENV, wrangler } from "../../scripts/wrangler.ts";
import { toBundledConfig } from "./bundled-config.ts";

/**
 * Vitest's global setup of the tests that start servers: bundles the Worker and migrates a registry once for all of them,
 * which takes longer than all else that a start does.
 */
export default async function provideServer(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-ready-"));
  const [bundle, state] = [join(folder, "worker"), join(folder, "state")];
  await bundleWorker(bundle);
  await applyLocalMigrations(state);
  project.provide("readyServer", { configFile: join(bundle, "wrangler.toml"), state });
  project.onTestsRerun(() => bundleWorker(bundle));
  return () => rm(folder, { recursive: true });
}

async function bundleWorker(folder: string): Promise<void> {
  const { code, output } = await run(wrangler("deploy", "--dry-run", "--outdir", folder), QUIET_ENV);
  if (code !== 0) throw new Error(`The Worker could not be bundled:\n${output}`);
  const toml = await readFile(join(ROOT, "wrangler.toml"), "utf8");
  await writeFile(join(folder, "wrangler.toml"), toBundledConfig(toml));
}
