import { parseArgs } from "node:util";
import { ApiError } from "../../errors.ts";
import type { Terminal } from "../../terminal.ts";
import { CASES } from "./case.ts";
import { CHANGES } from "./changes.ts";
import { CONFIGURES } from "./configure.ts";
import { DEVS } from "./dev.ts";
import { DRY_RUNS } from "./dry-run.ts";
import { ERRORS } from "./error-groups.ts";
import { GRANTS } from "./grant.ts";
import { INSTALLS } from "./install.ts";
import { JOBS } from "./jobs.ts";
import { KEYS } from "./keys.ts";
import { LISTS } from "./lists.ts";
import { LOGIN, LOGINS, logout } from "./login.ts";
import { LOGS } from "./logs.ts";
import { TASKS } from "./tasks.ts";
import { TENANTS } from "./tenants.ts";
import { VERSIONS } from "./versions.ts";
import { USAGES } from "./usage.ts";
import { PREVIEWS } from "./preview.ts";
import { runServerCommand, type ServerCommand } from "./server-command.ts";
import { UPGRADES } from "./upgrade.ts";

/** The commands that ask a running server, by name. */
export const SERVER_COMMANDS: Readonly<Record<string, ServerCommand>> = {
  ...LOGINS,
  ...INSTALLS,
  ...PREVIEWS,
  ...UPGRADES,
  ...CONFIGURES,
  ...GRANTS,
  ...CHANGES,
  ...VERSIONS,
  ...JOBS,
  ...KEYS,
  ...LISTS,
  ...ERRORS,
  ...LOGS,
  ...USAGES,
  ...DEVS,
  ...DRY_RUNS,
  ...TASKS,
  ...TENANTS,
  ...CASES,
};

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

/** The same as `main` runs commands, with those that need no token. */
export const serverCommands: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(
    Object.entries(SERVER_COMMANDS).map(([name, command]): [string, Command] => [
      name,
      (argv, terminal) => runServerCommand(command, argv, terminal),
    ]),
  ),
  login: (argv, terminal) =>
    refused(terminal, () => LOGIN.run(parseArgs({ args: [...argv], options: LOGIN.options }).values, terminal)),
  logout: (argv, terminal) =>
    refused(terminal, () =>
      logout(parseArgs({ args: [...argv], options: { url: { type: "string" } } }).values.url, terminal),
    ),
};

async function refused(terminal: Terminal, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    terminal.complain(error.message);
    return 1;
  }
}

/** Whether `--version` is an option of a command, and does not ask for that of hoglet. */
export const hasOwnVersion = (name: string): boolean =>
  Object.hasOwn(SERVER_COMMANDS, name) && SERVER_COMMANDS[name]?.options?.["version"] !== undefined;

const OF_ALL = [
  "--url URL            the server (HOGLET_URL, the login, http://localhost:8787)",
  "--token TOKEN        a token (HOGLET_TOKEN, ADMIN_TOKEN, the login)",
  "--team ID            the team (HOGLET_TEAM, the login, 1)",
  "--json               the API's answer as JSON, and nothing else",
];

/** What `--help` prints for a command. */
export function serverHelp(name: string): string | undefined {
  if (name === "login")
    return "hoglet login [--url URL] [--token TOKEN]\n\nAsks for a token, checks it, and keeps it for the server: readable by you alone.";
  if (name === "logout") return "hoglet logout [--url URL]\n\nForgets the token of a server.";
  const command = Object.hasOwn(SERVER_COMMANDS, name) ? SERVER_COMMANDS[name] : undefined;
  if (!command) return undefined;
  const options = [...(command.help ?? []), ...OF_ALL].map((line) => `  ${line}`);
  return [
    `hoglet ${command.usage} [options]`,
    "",
    `${command.summary}.`,
    "",
    ...options,
    "",
    "Exit code: 0 it was done, 1 the server refused, 2 bad usage.",
  ].join("\n");
}

/** Columns that a command takes, and those in which lines end. */
const [USAGE, WIDTH] = [31, 80];

/** What each command does, in a line or two. */
export function serverSummaries(): string[] {
  const lines = [
    ["login", LOGIN.summary],
    ["logout", "forget it"],
    ...Object.values(SERVER_COMMANDS).map(({ usage, summary }) => [usage, summary]),
  ];
  return lines.flatMap(([usage = "", summary = ""]) =>
    wrapped(summary, WIDTH - USAGE - 2).map((line, at) => `  ${(at === 0 ? usage : "").padEnd(USAGE)}${line}`),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") lines.push(line);
    line = longer.length > width ? word : longer;
  }
  return [...lines, line];
}
