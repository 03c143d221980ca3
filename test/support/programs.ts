import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A program of the system's that some tests need. Debian's package of each bears the same name. */
export type Program = "redis-server" | "chromium";

/** Where a program is, undefined when PATH does not lead to it. */
export function findProgram(name: Program): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Where a program is. Where it is missing a warning says that tests are skipped; in CI nothing is skipped.
 * @throws when it is missing in CI
 */
export function findOrWarn(name: Program): string | undefined {
  const found = findProgram(name);
  if (found !== undefined) return found;
  if (process.env["CI"] === "true")
    throw new Error(`CI=true, and ${name} is missing: apt-get install -y --no-install-recommends ${name}`);
  console.warn(`\nSKIPPED: these tests need ${name}, which is not installed (apt-get install ${name}).\n`);
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
