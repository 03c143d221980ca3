import type { Answer } from "../../server/api.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { type ServerCommand, type ServerContext, show } from "./server-command.ts";

type SampledErrorGroup = Answer<"GET", "/api/teams/{id}/errors/{fingerprint}">;

/** What fails in the team's plugins. */
export const ERRORS: Readonly<Record<string, ServerCommand>> = {
  errors: {
    usage: "errors [id]",
    summary:
      "failures of the team's plugins, those that are alike as one; one of them with its event and lines of code",
    options: { limit: { type: "string", default: "50" } },
    help: ["--limit N            the most that are shown (50)"],
    async run(context) {
      const { client, team } = context;
      const [fingerprint] = context.args;
      if (fingerprint !== undefined) {
        const params = { id: team, fingerprint };
        return showOne(context, await client.request("GET", "/api/teams/{id}/errors/{fingerprint}", { params }));
      }
      const limit = wholeNumber(context.flags["limit"], "--limit");
      const found = await client.list("/api/teams/{id}/errors", { params: { id: team } }, limit);
      show(context, found, ["id", "plugin", "version", "function", "kind", "message", "count", "last_seen"]);
    },
  },
};

function showOne({ terminal, isJson }: ServerContext, found: SampledErrorGroup): void {
  if (isJson) return terminal.print(JSON.stringify(found, null, 2));
  const { plugin, function: name, kind, message, count, first_seen: first, last_seen: last } = found;
  terminal.print(`${plugin}: ${name} ${kind}: ${message}`, `${count} times, from ${first} to ${last}`);
  const shown = found.last_sample ?? found.first_sample;
  if (shown === null) return;
  if (shown.code !== "") terminal.print("", ...shown.code.split("\n"));
  if (shown.stack.length > 0) terminal.print("", ...shown.stack.map((line) => `  ${line}`));
  if (shown.event !== null) terminal.print("", ...JSON.stringify(shown.event, null, 2).split("\n"));
}
