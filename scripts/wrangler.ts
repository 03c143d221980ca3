import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const packageFile = createRequire(import.meta.url).resolve("wrangler/package.json");

/** The file that `npx wrangler` runs. */
export const WRANGLER_BIN = join(dirname(packageFile), "bin/wrangler.js");

/** What keeps wrangler quiet and offline: no usage reports, no banner with its look for updates, no log file in the home directory. */
export const QUIET_ENV = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
} as const;

/** `wrangler ...` as a command that the running Node executes. */
export function wrangler(...args: string[]): string[] {
  return [process.execPath, WRANGLER_BIN, ...args];
}
