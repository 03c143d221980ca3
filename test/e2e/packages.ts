import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../../scripts/root.ts";

/** A file of an installed package, whether the package exports it or not. */
export function packageFile(name: string, path: string): string {
  return join(ROOT, "node_modules", name, path);
}

export function packageVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(packageFile(name, "package.json"), "utf8")) as { version: string };
  return version;
}
