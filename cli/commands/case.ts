import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { HogletApi } from "../api-client.ts";
import { ApiError, UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";

/** `hoglet case`: 0 when the case was written, 1 when the server has none. */
export async function caseOfOutcome(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string", default: "http://localhost:8787" },
      token: { type: "string" },
      team: { type: "string", default: "1" },
      shard: { type: "string", default: "0" },
      out: { type: "string" },
    },
    allowPositionals: true,
  });
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0) throw new UsageError("name one outcome: hoglet case <outcome id>");
  const token = values.token ?? terminal.env["ADMIN_TOKEN"];
  if (!token) throw new UsageError("give the server's token: --token TOKEN, or ADMIN_TOKEN in the environment");
  for (const [name, number] of Object.entries({ "the outcome": id, "--team": values.team, "--shard": values.shard }))
    if (!/^\d+$/.test(number)) throw new UsageError(`${name} ${number} must be a number`);
  if (!URL.canParse(values.url))
    throw new UsageError(`--url ${values.url} must be an address such as https://hoglet.example.com`);
  try {
    const found = await new HogletApi(values.url, token).outcomeCase(Number(values.team), Number(values.shard), Number(id));
    const text = `${JSON.stringify(found, null, 2)}\n`;
    if (values.out === undefined) terminal.print(text.trimEnd());
    else {
      await writeFile(values.out, text);
      terminal.print(`wrote ${values.out}: hoglet run <dir> --case ${values.out} runs the call again`);
    }
    const { missing } = found;
    for (const each of Array.isArray(missing) ? missing : [])
      terminal.complain(`note: the case is without ${String(each)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    terminal.complain(error.message);
    return 1;
  }
}
