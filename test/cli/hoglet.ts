import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished, vi } from "vitest";

import type { RunOutput } from "../../cli/run/output.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const HOGLET = join(ROOT, "build/hoglet.js");

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface SpawnOptions {
  cwd?: string;
  input?: string;
  env?: Record<string, string>;
}

// Each command is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 60_000 });

/** The command has to run on Node 20 too, which vitest does not: HOGLET_NODE names another Node to run it with. */
export const NODE = process.env["HOGLET_NODE"] ?? process.execPath;

/** Where nobody has logged in anywhere. */
const NOBODYS = join(tmpdir(), "hoglet-no-logins");

/** Runs the built command, as a user does. */
export async function hoglet(args: string[], options: SpawnOptions = {}): Promise<Ended> {
  if (!existsSync(HOGLET)) throw new Error("build/hoglet.js is missing: run `npm run build` first");
  return ended(NODE, [HOGLET, ...args], options);
}

export async function ended(command: string, args: string[], options: SpawnOptions = {}): Promise<Ended> {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ADMIN_TOKEN: _token, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...inherited, XDG_CONFIG_HOME: NOBODYS, ...options.env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, stdout, stderr };
}

/** Checks a folder that has a tsconfig.json. */
export async function tsc(project: string): Promise<Ended> {
  return ended(join(ROOT, "node_modules/.bin/tsc"), ["--pretty", "false", "-p", project]);
}

/** A folder with files in it, removed when the test ends. Values that are no text are written as JSON. */
export async function folder(files: Record<string, unknown> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "hoglet-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await write(root, files);
  return root;
}

export async function write(root: string, files: Record<string, unknown>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    const isRaw = typeof content === "string" || content instanceof Uint8Array;
    await writeFile(join(root, path), isRaw ? content : JSON.stringify(content));
  }
}

/** What `hoglet run --json` says of a case of a plugin that is one file. */
export async function runCase(source: string, given: object, ...flags: string[]): Promise<RunOutput> {
  const root = await folder({ "index.ts": source, "plugin.json": { name: "tested" }, "x.case.json": given });
  const { code, stdout, stderr } = await hoglet(["run", root, "--case", join(root, "x.case.json"), "--json", ...flags]);
  if (code !== 0) throw new Error(`hoglet run ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout) as RunOutput;
}
