import { z } from "zod";
import { ApiError } from "../../errors.ts";
import { refusalIn } from "../../server/client.ts";
import type { ServerContext } from "./server-command.ts";

/** What the server says of a plugin that it installed. */
export const installed = z.looseObject({
  id: z.number(),
  name: z.string(),
  latest_version: z.object({ id: z.number(), tag: z.string().nullable(), hash: z.string() }),
  warnings: z.array(z.string()),
});

/**
 * Has a plugin installed, and tells how far that has come.
 * @returns the server's answer, and what there is to say of it
 */
export async function installing(
  { client, terminal, isJson }: ServerContext,
  path: string,
  body: object,
): Promise<{ data: unknown; sentence: string }> {
  for await (const { name, data } of client.stream("POST", path, body)) {
    if (name === "problem") throw refusalIn(data);
    if (name === "progress" && !isJson) terminal.complain(progressOf(data));
    if (name !== "result") continue;
    const plugin = installed.parse(data);
    for (const warning of plugin.warnings) terminal.complain(`warning: ${warning}`);
    const { tag, hash } = plugin.latest_version;
    return { data, sentence: `installed ${plugin.name} (plugin ${plugin.id}) as ${tag || hash.slice(0, 12)}` };
  }
  throw new ApiError("the server broke off before it said whether the plugin is installed: hoglet plugins shows it");
}

function progressOf(data: unknown): string {
  const { stage, bytes, total } = data as { stage: string; bytes?: number; total?: number };
  if (bytes === undefined) return stage;
  return `${stage} ${kib(bytes)}${total === undefined ? "" : ` of ${kib(total)}`} KiB`;
}

const kib = (bytes: number): number => Math.ceil(bytes / 1024);
