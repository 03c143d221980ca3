import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../errors.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

const OF = { org: { type: "string" } } as const;
const OF_HELP = "--org ID             an organization with all its teams instead";

/** What is a team's or an organization's as a whole. */
export const TENANTS: Readonly<Record<string, ServerCommand>> = {
  "add-org": {
    usage: "add-org <name>",
    summary: "add an organization",
    async run(context) {
      const [name = ""] = context.args;
      const created = await context.client.request("POST", "/api/organizations", { body: { name } });
      done(context, created, `organization ${created.id} is there`);
    },
  },
  "add-team": {
    usage: "add-team <name>",
    summary: "add a team with its first project key",
    options: { org: { type: "string" }, "posthog-host": { type: "string" }, key: { type: "string" } },
    help: [
      "--org ID             of which organization",
      "--posthog-host URL   where its events go",
      "--key KEY            its project key at PostHog; one is made without it",
    ],
    async run(context) {
      const [name = ""] = context.args;
      const { org, key, "posthog-host": host } = context.flags;
      const body = {
        name,
        ...(org !== undefined && { organization_id: wholeNumber(org, "--org") }),
        ...(typeof host === "string" && { posthog_host: host }),
        ...(typeof key === "string" && { project_key: key }),
      };
      const created = await context.client.request("POST", "/api/teams", { body });
      done(context, created, `team ${created.id} has the project key ${created.project_key}`);
    },
  },
  export: {
    usage: "export <file>",
    summary: "write everything that is the team's into a .tar; no secret is in it",
    options: OF,
    help: [OF_HELP],
    async run(context) {
      const [file = ""] = context.args;
      const { kind, id } = tenantOf(context);
      const body = await context.client.download(`/api/${kind}/{id}/export`, { params: { id } });
      await pipeline(Readable.from(body), createWriteStream(file, { mode: 0o600 }));
      done(context, { file }, `${file} is written`);
    },
  },
  erase: {
    usage: "erase",
    summary: "remove the team with everything that is anywhere of it, for good",
    options: { ...OF, name: { type: "string" } },
    help: [OF_HELP, "--name NAME          what it is called, for where nobody can be asked"],
    async run(context) {
      const { kind, id } = tenantOf(context);
      const { name } = await context.client.request("GET", `/api/${kind}/{id}`, { params: { id } });
      const typed =
        context.flags["name"] ??
        (await context.terminal.prompts()?.text(`Type its name, ${name}, to erase it for good`));
      if (typed !== name) throw new UsageError(`it is called ${name}: say so with --name, or type it, to erase it`);
      await context.client.request("DELETE", `/api/${kind}/{id}`, { params: { id } });
      done(context, null, `${name} is erased`);
    },
  },
};

/** Who is meant: the organization that is named, or the team. */
export function tenantOf({ flags, team }: ServerContext) {
  const { org } = flags;
  return org === undefined
    ? ({ kind: "teams", id: team } as const)
    : ({ kind: "organizations", id: wholeNumber(org, "--org") } as const);
}
