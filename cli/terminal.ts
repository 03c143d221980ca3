import { invocation } from "./invocation.ts";
import { type Prompts, promptsOn } from "./prompts.ts";
import { coloursFor } from "./print/colour.ts";
import type { Colours } from "./print/colour.ts";

/** Where a command reads and writes. */
export interface Terminal {
  stdin: NodeJS.ReadableStream;
  env: NodeJS.ProcessEnv;
  /** What to type for `hoglet` in a folder. */
  hoglet(cwd: string): string;
  /** For the standard output. */
  colours: Colours;
  /** How wide the standard output is; undefined when it is no terminal. */
  columns: number | undefined;
  /** Asks whoever sits there; undefined when nobody does. */
  prompts(): Prompts | undefined;
  /** Writes lines to the standard output. */
  print(...lines: string[]): void;
  /** Writes lines to the standard error. */
  complain(...lines: string[]): void;
}

export function processTerminal(): Terminal {
  return {
    stdin: process.stdin,
    env: process.env,
    hoglet: (cwd) => invocation(process.env, process.argv, cwd),
    prompts: () => (process.stdin.isTTY && process.stderr.isTTY ? promptsOn(process.stdin, process.stderr) : undefined),
    colours: coloursFor(process.stdout, process.env),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    print: (...lines) => process.stdout.write(lines.map((line) => `${line}\n`).join("")),
    complain: (...lines) => process.stderr.write(lines.map((line) => `${line}\n`).join("")),
  };
}
