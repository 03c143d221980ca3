import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "vitest";

/** A program of the system's that some tests need. Debian's package of each bears the same name. */
export type Requirement = "redis-server" | "chromium";

/**
 * The `test` to declare tests with that need a program: where it is missing they are skipped, and a warning says so. In CI nothing is skipped: there
 * the tests run, and fail, for want of it.
 * @example requireOrSkip("redis-server")("counts", async () => { ... });
 */
export function requireOrSkip(requirement: Requirement): typeof test | typeof test.skip {
  if (findProgram(requirement) !== undefined) return test;
  if (process.env["CI"] === "true")
    throw new Error(
      `CI=true, and ${requirement} is missing: apt-get install -y --no-install-recommends ${requirement}`,
    );
  console.warn(
    `\nSKIPPED: these tests need ${requirement}, which is not installed (apt-get install ${requirement}).\n`,
  );
  return test.skip;
}

/** Where a program is, undefined when PATH does not lead to it. */
export function findProgram(name: Requirement): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
