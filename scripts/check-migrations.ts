import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { ROOT } from "./root.ts";
import { run } from "./run.ts";

/** The drizzle-kit configurations: the registry's (D1) and the team object's (SQLite). */
export const DRIZZLE_CONFIGS = ["drizzle.config.ts", "host/team/drizzle.config.ts"] as const;

interface DrizzleConfig {
  schema: string;
  out: string;
}

/**
 * Generates migrations into a copy of the folder that a configuration names.
 * @returns what is wrong with the folder, undefined when it is what drizzle-kit would write
 */
export async function findStaleMigrations(configFile: string): Promise<string | undefined> {
  const { default: config }: { default: DrizzleConfig } = await import(resolve(ROOT, configFile));
  const folder = resolve(ROOT, config.out);
  // drizzle-kit takes a relative `out` alone.
  await mkdir(join(ROOT, "build"), { recursive: true });
  const copy = await mkdtemp(join(ROOT, "build/migrations-"));
  try {
    await cp(folder, copy, { recursive: true });
    const temporary = join(copy, "drizzle.config.json");
    await writeFile(temporary, JSON.stringify({ ...config, out: relative(ROOT, copy) }));
    const result = await run(["drizzle-kit", "generate", "--config", relative(ROOT, temporary)]);
    await rm(temporary);
    if (result.code !== 0) return result.output;
    const stale = await findDifferences(folder, copy);
    if (stale.length === 0) return undefined;
    return `${config.out} is stale: ${stale.join(", ")}\nRun \`npx drizzle-kit generate --config ${configFile}\` and commit the result.`;
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function findDifferences(left: string, right: string): Promise<string[]> {
  const [before, after] = await Promise.all([readFolder(left), readFolder(right)]);
  return [...new Set([...before.keys(), ...after.keys()])].filter((file) => before.get(file) !== after.get(file));
}

async function readFolder(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [relative(folder, file), await readFile(file, "utf8")] as const)),
  );
}
