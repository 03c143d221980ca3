import { parseArgs, type ParseArgsConfig } from "node:util";
import { ApiError, UsageError } from "../../errors.ts";
import { type Connection, connect, CONNECTION_OPTIONS, type ConnectionFlags } from "../../server/connection.ts";
import { plainText } from "../../print/plain-text.ts";
import { table } from "../../print/table.ts";
import type { Terminal } from "../../terminal.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Flags = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One command line for a server, taken apart. */
export interface ServerContext extends Connection {
  terminal: Terminal;
  args: readonly string[];
  flags: Flags;
  /** Whether JSON is wanted, and nothing else. */
  isJson: boolean;
}

/** A command that asks a running server. */
export interface ServerCommand {
  /** What follows `hoglet`, such as `enable <config>`; what may be left out stands in brackets. */
  usage: string;
  summary: string;
  /** Beside those that every such command has. */
  options?: Options;
  /** A line for each of the options. */
  help?: readonly string[];
  run(context: ServerContext): Promise<void>;
}

/** Runs a command: 0 when it did, 1 when the server refused. */
export async function runServerCommand(
  command: ServerCommand,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const options = { ...CONNECTION_OPTIONS, ...command.options };
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const flags = values as Flags;
  const [, ...params] = command.usage.split(" ");
  const required = params.filter((param) => param.startsWith("<"));
  const isOpen = params.some((param) => param.includes("..."));
  if (positionals.length < required.length || (positionals.length > params.length && !isOpen))
    throw new UsageError(`it is used so: hoglet ${command.usage} [options]`);
  try {
    const connection = await connect(flags as ConnectionFlags, terminal);
    const isJson = flags["json"] === true;
    await command.run({ ...connection, terminal: guarded(terminal, isJson), args: positionals, flags, isJson });
    return 0;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    terminal.complain(...refusalLines(error).map(plainText));
    return 1;
  }
}

/** Each field that is wrong on a line of its own. */
const refusalLines = ({ message, errors }: ApiError): string[] =>
  errors.length > 1 ? errors.map(({ detail }) => detail) : [message];

/** What plugins say and are called must not steer the terminal. JSON is for programs, and stays as it is. */
function guarded(terminal: Terminal, isJson: boolean): Terminal {
  return {
    ...terminal,
    print: (...lines) => terminal.print(...(isJson ? lines : lines.map(plainText))),
    complain: (...lines) => terminal.complain(...lines.map(plainText)),
  };
}

/** A member of a row: `a.b` is `b` inside of `a`. */
export type Column<Row> = {
  [Name in keyof Row & string]: Name | (Part<Row[Name]> extends never ? never : `${Name}.${Part<Row[Name]>}`);
}[keyof Row & string];

type Part<Value> =
  NonNullable<Value> extends readonly unknown[] | string | number | boolean ? never : keyof NonNullable<Value> & string;

/**
 * Shows what the API answered, as a table of some of its members.
 * @param answer what is shown as JSON, where rows are not the answer as it came
 */
export function show<Row extends object>(
  context: ServerContext,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  answer: unknown = rows,
): void {
  const { terminal, isJson } = context;
  if (isJson) return terminal.print(JSON.stringify(answer, null, 2));
  if (rows.length === 0) return terminal.print("none");
  terminal.print(
    ...table(
      columns.map((column) => headOf(column, columns)),
      rows.map((row) => columns.map((column) => memberOf(row, column))),
      terminal.columns,
    ),
  );
}

/** Heads that take less room than the names of the API, or say more than the last part of one. */
const HEADS: Readonly<Record<string, string>> = {
  organization_id: "org",
  plugin_config_id: "config",
  plugin_version_id: "version",
  update_available: "update",
  timestamp: "time",
  "fuel.p50": "fuel.p50",
  "fuel.p99": "fuel.p99",
  "duration_ms.p99": "ms.p99",
};

/** The last part of a path, or all of it where another column ends alike. */
function headOf(column: string, columns: readonly string[]): string {
  const last = (path: string): string => path.split(".").at(-1) ?? path;
  const isAlone = columns.filter((other) => last(other) === last(column)).length === 1;
  return HEADS[column] ?? (isAlone ? last(column) : column);
}

function memberOf(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const key of path.split("."))
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, key)
        ? (found as Record<string, unknown>)[key]
        : undefined;
  return found;
}

/** Says what was done, or shows the answer as JSON. */
export function done(context: ServerContext, value: unknown, sentence: string): void {
  context.terminal.print(context.isJson ? JSON.stringify(value, null, 2) : sentence);
}
