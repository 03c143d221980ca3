import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

const named = z.looseObject({ id: z.number(), name: z.string() });
const whatever = z.unknown();

const OF = { org: { type: "string" } } as const;
const OF_HELP = "--org ID             an organization with all its teams instead";

/** What is a team's or an organization's as a whole. */
export const TENANTS: Readonly<Record<string, ServerCommand>> = {
  export: {
    usage: "export <file>",
    summary: "write everything that is the team's into a .tar; no secret is in it",
    options: OF,
    help: [OF_HELP],
    async run(context) {
      const [file = ""] = context.args;
      const body = await context.client.download(`${pathOf(context)}/export`);
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
      const path = pathOf(context);
      const { name } = await context.client.request("GET", path, named);
      const typed =
        context.flags["name"] ??
        (await context.terminal.prompts()?.text(`Type its name, ${name}, to erase it for good`));
      if (typed !== name) throw new UsageError(`it is called ${name}: say so with --name, or type it, to erase it`);
      await context.client.request("DELETE", path, whatever);
      done(context, null, `${name} is erased`);
    },
  },
};

function pathOf({ team, flags }: ServerContext): string {
  return flags["org"] === undefined ? `/api/teams/${team}` : `/api/organizations/${Number(flags["org"])}`;
}
