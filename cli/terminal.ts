import { invocation } from "./invocation.ts";
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
    colours: coloursFor(process.stdout, process.env),
    print: (...lines) => process.stdout.write(lines.map((line) => `${line}\n`).join("")),
    complain: (...lines) => process.stderr.write(lines.map((line) => `${line}\n`).join("")),
  };
}
