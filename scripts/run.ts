import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";

import { ROOT } from "./root.ts";

/** How a command ended. `output` is stdout and stderr, as they came. */
export interface RunResult {
  code: number;
  stdout: string;
  output: string;
}

/**
 * Runs a command in the project's folder to its end, with nothing on stdin, so that it cannot wait for an answer.
 * The project's own tools, its Node among them, are found first.
 * @param env added to the environment
 */
export async function run(command: readonly string[], env: Record<string, string> = {}): Promise<RunResult> {
  const [file, ...args] = command;
  if (file === undefined) throw new Error("a command has a name");
  const PATH = [join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(file, args, {
    cwd: ROOT,
    env: { ...process.env, PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : 1, stdout, output };
}
