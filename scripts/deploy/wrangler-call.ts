import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type RunResult, run } from "../run.ts";
import { UserError } from "../user-error.ts";
import { QUIET_ENV, wrangler } from "../wrangler.ts";

/** Runs `wrangler` with these arguments to its end, whatever that is; tests put a recorder in its place. */
export type WranglerCall = (args: readonly string[], env?: Record<string, string>) => Promise<RunResult>;

export const callWrangler: WranglerCall = (args, env) => run(wrangler(...args), { ...QUIET_ENV, CI: "1", ...env });

/** @throws UserError with everything that Wrangler printed when it fails */
export async function mustCall(
  call: WranglerCall,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<RunResult> {
  const result = await call(args, env);
  if (result.code !== 0) throw new UserError(`\`wrangler ${args.join(" ")}\` failed:\n${result.output.trim()}`);
  return result;
}

/** The entry of type "deploy" in the file where Wrangler reports what it did. */
export interface DeployReport {
  /** Where the Worker answers. */
  targets: string[];
  gzipBytes: number;
}

/** `wrangler deploy` with further arguments, and its own report of it. */
export async function callDeploy(call: WranglerCall, args: readonly string[]): Promise<DeployReport> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-deploy-"));
  try {
    const reportFile = join(folder, "report.ndjson");
    await mustCall(call, ["deploy", ...args], { WRANGLER_OUTPUT_FILE_PATH: reportFile });
    return readReport(await readFile(reportFile, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function readReport(text: string): DeployReport {
  for (const line of text.split("\n").filter(Boolean)) {
    const entry: { type?: string; targets?: string[]; bundle_size?: { gzip_bytes: number } } = JSON.parse(line);
    if (entry.type === "deploy" && entry.bundle_size)
      return { targets: entry.targets ?? [], gzipBytes: entry.bundle_size.gzip_bytes };
  }
  throw new Error("Wrangler reported neither the deployment nor its size");
}
