import { ApiError, UsageError } from "../../errors.ts";
import { ServerClient } from "../../server/client.ts";
import type { Terminal } from "../../terminal.ts";
import { loginsPath, readLogins, writeLogins } from "../../server/logins.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

/** Whom a server takes one for. */
export const LOGINS: Readonly<Record<string, ServerCommand>> = {
  whoami: {
    usage: "whoami",
    summary: "whose token is used, and for which server",
    async run(context) {
      const found = { url: context.url, team: context.team, ...(await context.client.request("GET", "/api/token")) };
      show(context, [found], ["url", "team", "role", "organization_id", "scopes", "label"], found);
    },
  },
  use: {
    usage: "use <team>",
    summary: "the team that commands mean from now on, on this server",
    async run(context) {
      const [team = ""] = context.args;
      if (!/^\d+$/.test(team)) throw new UsageError(`${team} must be a team's number`);
      await context.client.request("GET", "/api/teams/{id}", { params: { id: team } });
      const { env } = context.terminal;
      const logins = await readLogins(env);
      const { origin } = new URL(context.url);
      const login = logins.servers[origin];
      if (!login) throw new UsageError(`log in to ${origin} first: hoglet login --url ${origin}`);
      await writeLogins(env, { ...logins, servers: { ...logins.servers, [origin]: { ...login, team: Number(team) } } });
      done(context, null, `team ${team} of ${origin} is meant from now on`);
    },
  },
};

/** `hoglet login`: checks a token and keeps it. It needs none to begin with. */
export const LOGIN = {
  usage: "login",
  summary: "keep a token for a server",
  options: { url: { type: "string", default: "http://localhost:8787" }, token: { type: "string" } },
  async run(flags: { url: string; token?: string | undefined }, terminal: Terminal): Promise<void> {
    if (!URL.canParse(flags.url))
      throw new UsageError(`--url ${flags.url} must be an address such as https://hoglet.example.com`);
    const { origin } = new URL(flags.url);
    const prompts = terminal.prompts();
    const token = flags.token ?? (await prompts?.secret(`Token of ${origin}`));
    if (!token) throw new UsageError("give the token: --token TOKEN, or run it on a terminal");
    const { role, team_id: team, label } = await new ServerClient(origin, token).request("GET", "/api/token");
    if (!role) throw new ApiError(`${origin} is no Hoglet server: it does not say whose the token is`);
    const { servers } = await readLogins(terminal.env);
    await writeLogins(terminal.env, { current: origin, servers: { ...servers, [origin]: { token, team } } });
    terminal.print(`logged in to ${origin} as ${label ?? role}; the token is kept in ${loginsPath(terminal.env)}`);
  },
} as const;

/** `hoglet logout`: forgets the token of a server. */
export async function logout(url: string | undefined, terminal: Terminal): Promise<void> {
  const { current, servers } = await readLogins(terminal.env);
  if (url !== undefined && !URL.canParse(url))
    throw new UsageError(`--url ${url} must be an address such as https://hoglet.example.com`);
  const origin = url === undefined ? current : new URL(url).origin;
  const { [origin ?? ""]: known, ...others } = servers;
  if (origin === null || !known) throw new UsageError("there is no login to forget");
  await writeLogins(terminal.env, { current: current === origin ? null : current, servers: others });
  terminal.print(`the token of ${origin} is forgotten`);
}
