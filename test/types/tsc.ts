import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { vi } from "vitest";

import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";

// A busy machine starts processes slowly.
vi.setConfig({ testTimeout: 60_000 });

/** A project of a plugin's author. */
export interface AuthorsProject {
  /** The folder with the sources, from this project's own. */
  sources: string;
  /** Which of the packages of this project are installed there. */
  packages: readonly string[];
  compilerOptions: Record<string, unknown>;
}

const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  target: "ES2022",
  module: "ESNext",
  moduleResolution: "Bundler",
  lib: ["ES2024"],
  types: ["hoglet/globals"],
};

/**
 * What `tsc` finds in a project that has installed Hoglet and nothing else but what is said.
 * @returns a line for each error
 */
export async function tscErrors({ sources, packages, compilerOptions }: AuthorsProject): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-types-"));
  try {
    await cp(join(ROOT, sources), join(folder, "src"), { recursive: true });
    await link(ROOT, join(folder, "node_modules/hoglet"));
    for (const name of packages) await link(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    const tsconfig = { compilerOptions: { ...COMPILER_OPTIONS, ...compilerOptions }, include: ["src"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    const { code, output } = await run(["tsc", "--pretty", "false", "-p", folder]);
    const errors = output.split("\n").filter((line) => / error TS\d+: /.test(line) || line.startsWith("error TS"));
    if (code !== 0 && errors.length === 0) throw new Error(`tsc ended with exit code ${code}:\n${output}`);
    return errors;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}
