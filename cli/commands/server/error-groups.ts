import { z } from "zod";
import { listAll } from "../../server/lists.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { type ServerCommand, type ServerContext, show } from "./server-command.ts";

const group = z.looseObject({});
const sample = z.looseObject({ event: z.looseObject({}).nullable(), stack: z.array(z.string()), code: z.string() });
const sampled = z.looseObject({
  plugin: z.string(),
  function: z.string(),
  kind: z.string(),
  message: z.string(),
  count: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
  first_sample: sample.nullable(),
  last_sample: sample.nullable(),
});

const COLUMNS = ["id", "plugin", "version", "function", "kind", "message", "count", "last_seen"];

/** What fails in the team's plugins. */
export const ERRORS: Readonly<Record<string, ServerCommand>> = {
  errors: {
    usage: "errors [id]",
    summary:
      "failures of the team's plugins, those that are alike as one; one of them with its event and lines of code",
    options: { limit: { type: "string", default: "50" } },
    help: ["--limit N            the most that are shown (50)"],
    async run(context) {
      const [id] = context.args;
      const path = `/api/teams/${context.team}/errors`;
      if (id !== undefined)
        return showOne(context, await context.client.request("GET", `${path}/${encodeURIComponent(id)}`, sampled));
      show(
        context,
        await listAll(context.client, path, group, wholeNumber(context.flags["limit"], "--limit")),
        COLUMNS,
      );
    },
  },
};

function showOne({ terminal, isJson }: ServerContext, found: z.infer<typeof sampled>): void {
  if (isJson) return terminal.print(JSON.stringify(found, null, 2));
  const { plugin, function: name, kind, message, count, first_seen: first, last_seen: last } = found;
  terminal.print(`${plugin}: ${name} ${kind}: ${message}`, `${count} times, from ${first} to ${last}`);
  const shown = found.last_sample ?? found.first_sample;
  if (shown === null) return;
  if (shown.code !== "") terminal.print("", ...shown.code.split("\n"));
  if (shown.stack.length > 0) terminal.print("", ...shown.stack.map((line) => `  ${line}`));
  if (shown.event !== null) terminal.print("", ...JSON.stringify(shown.event, null, 2).split("\n"));
}
