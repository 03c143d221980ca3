import { newPlugin } from "./commands/new.ts";
import { push } from "./commands/push.ts";
import { run } from "./commands/run.ts";
import { test } from "./commands/test.ts";
import { UsageError } from "./errors.ts";
import { HELP } from "./help.ts";
import type { Terminal } from "./terminal.ts";

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Record<Exclude<keyof typeof HELP, "hoglet">, Command> = { run, test, new: newPlugin, push };

/**
 * Runs one command line.
 * @param argv what follows the program's name
 * @returns the exit code: 2 for a command line that cannot be carried out
 */
export async function main(argv: readonly string[], terminal: Terminal, version: string): Promise<number> {
  const [name, ...rest] = argv;
  const command = Object.entries(COMMANDS).find(([known]) => known === name);
  try {
    if (!command) return noCommand(name, terminal, version);
    const flags = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : undefined);
    if (flags.includes("--help") || flags.includes("-h")) {
      terminal.print(HELP[command[0] as keyof typeof HELP]);
      return 0;
    }
    if (flags.includes("--version")) {
      terminal.print(version);
      return 0;
    }
    return await command[1](rest, terminal);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    terminal.complain(`hoglet${command ? ` ${command[0]}` : ""}: ${error.message}`);
    return 2;
  }
}

function noCommand(name: string | undefined, terminal: Terminal, version: string): number {
  if (name === "--version" || name === "-v") terminal.print(version);
  else if (name === "--help" || name === "-h" || name === "help") terminal.print(HELP.hoglet);
  else if (name === undefined) throw new UsageError(`a command is missing\n\n${HELP.hoglet}`);
  else throw new UsageError(`there is no command ${name}\n\n${HELP.hoglet}`);
  return 0;
}

/** node:util's parseArgs throws TypeErrors of its own for options that it does not know. */
function isUsageError(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_"))
  );
}
