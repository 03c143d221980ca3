import { build } from "./commands/build.ts";
import { newPlugin } from "./commands/new.ts";
import { push } from "./commands/push.ts";
import { run } from "./commands/run.ts";
import { test } from "./commands/test.ts";
import { UsageError } from "./errors.ts";
import { HELP } from "./help.ts";
import { serverCommands, serverHelp, serverSummaries } from "./commands/server/index.ts";
import type { Terminal } from "./terminal.ts";

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

const LOCAL: Record<Exclude<keyof typeof HELP, "hoglet">, Command> = { run, test, new: newPlugin, build, push };
const COMMANDS: Readonly<Record<string, Command>> = { ...LOCAL, ...serverCommands };

const OVERVIEW = `${HELP.hoglet}

With a running server, hoglet and one of

${serverSummaries().join("\n")}`;

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
      terminal.print(serverHelp(command[0]) ?? HELP[command[0] as keyof typeof HELP]);
      return 0;
    }
    if (flags.includes("--version")) {
      terminal.print(version);
      return 0;
    }
    return await command[1](rest, terminal);
  } catch (error) {
    const message = error instanceof UsageError ? error.message : optionProblem(error, command?.[0]);
    if (message === undefined) throw error;
    terminal.complain(`hoglet${command ? ` ${command[0]}` : ""}: ${message}`);
    return 2;
  }
}

function noCommand(name: string | undefined, terminal: Terminal, version: string): number {
  if (name === "--version" || name === "-v") terminal.print(version);
  else if (name === "--help" || name === "-h" || name === "help") terminal.print(OVERVIEW);
  else if (name === undefined) throw new UsageError(`a command is missing\n\n${OVERVIEW}`);
  else throw new UsageError(`there is no command ${name}; hoglet --help lists them`);
  return 0;
}

/**
 * What is wrong with an option, when `error` is one of those that node:util's parseArgs throws: their own texts speak of
 * positional arguments, and of nothing that helps.
 */
function optionProblem(error: unknown, command = ""): string | undefined {
  if (!(error instanceof Error && "code" in error)) return undefined;
  const [option] = /-[^\s'=,]*/.exec(error.message) ?? ["an option"];
  const help = `hoglet ${command} --help lists the options`;
  switch (error.code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `there is no option ${option}; ${help}`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return `${option} ${error.message.includes("does not take") ? "takes no value" : "needs a value"}; ${help}`;
    default:
      return undefined;
  }
}
