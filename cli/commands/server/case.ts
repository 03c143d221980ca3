import { writeFile } from "node:fs/promises";
import { UsageError } from "../../errors.ts";
import { done, type ServerCommand } from "./server-command.ts";

/** Fetching what failed on a server. */
export const CASES: Readonly<Record<string, ServerCommand>> = {
  case: {
    usage: "case <outcome>",
    summary: "fetch a failure as a case file, which hoglet run --case runs again here with the same fuel",
    options: { shard: { type: "string", default: "0" }, out: { type: "string" } },
    help: [
      "--shard N            the shard that the outcome names (0)",
      "--out FILE           where to write it, instead of the standard output",
    ],
    async run(context) {
      const { client, flags, team, terminal } = context;
      const [id = ""] = context.args;
      const shard = String(flags["shard"]);
      for (const number of [id, shard])
        if (!/^\d+$/.test(number)) throw new UsageError(`${number} must be a whole number`);
      const found = await client.request("GET", "/api/outcomes/{id}/case", {
        params: { id },
        query: { team_id: team, shard },
      });
      const text = JSON.stringify(found, null, 2);
      const { out } = flags;
      if (typeof out === "string") {
        await writeFile(out, `${text}\n`);
        done(context, found, `wrote ${out}: hoglet run <dir> --case ${out} runs the call again`);
      } else terminal.print(text);
      const { missing } = found;
      for (const each of Array.isArray(missing) ? missing : [])
        if (typeof each === "string") terminal.complain(`note: the case may end in another way: ${each}`);
    },
  },
};
