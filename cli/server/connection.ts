import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import { ServerClient } from "./client.ts";
import { readLogins } from "./logins.ts";

/** The options that every command for a server has. */
export const CONNECTION_OPTIONS = {
  url: { type: "string" },
  token: { type: "string" },
  team: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

export interface ConnectionFlags {
  url?: string | undefined;
  token?: string | undefined;
  team?: string | undefined;
}

const DEFAULT_URL = "http://localhost:8787";
const DEFAULT_TEAM = 1;

/** A server, as whom it is asked, and the team that is meant where none is named. */
export interface Connection {
  url: string;
  client: ServerClient;
  team: number;
}

/**
 * Flags come first, then HOGLET_URL, HOGLET_TOKEN (or ADMIN_TOKEN) and HOGLET_TEAM, then what `hoglet login` keeps.
 * @throws {UsageError} when there is no token, or something that is no address or number
 */
export async function connect(flags: ConnectionFlags, { env }: Pick<Terminal, "env">): Promise<Connection> {
  const logins = await readLogins(env);
  const url = flags.url ?? (env["HOGLET_URL"] || logins.current) ?? DEFAULT_URL;
  if (!URL.canParse(url)) throw new UsageError(`--url ${url} must be an address such as https://hoglet.example.com`);
  const login = logins.servers[new URL(url).origin];
  const token = flags.token ?? (env["HOGLET_TOKEN"] || env["ADMIN_TOKEN"] || login?.token);
  if (!token)
    throw new UsageError(
      `give a token of ${url}: --token TOKEN, HOGLET_TOKEN in the environment, or once for all with hoglet login --url ${url}`,
    );
  const team = flags.team ?? (env["HOGLET_TEAM"] || login?.team?.toString());
  if (team !== undefined && !/^\d+$/.test(team)) throw new UsageError(`--team ${team} must be a team's number`);
  return { url, client: new ServerClient(url, token), team: team === undefined ? DEFAULT_TEAM : Number(team) };
}
