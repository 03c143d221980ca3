import { ApiError } from "../../errors.ts";
import type { Answer, Progress } from "../../server/api.ts";
import type { Step } from "../../server/client.ts";
import type { ServerContext } from "./server-command.ts";

/** What the server says of a plugin that it installed. */
export type Installed = Answer<"POST", "/api/plugins">;

/**
 * Has a plugin installed, and tells how far that has come.
 * @returns the server's answer, and what there is to say of it. Throws ApiError when there is no result
 */
export async function installing(
  { terminal, isJson }: ServerContext,
  steps: AsyncIterable<Step<Installed>>,
): Promise<{ plugin: Installed; sentence: string }> {
  for await (const step of steps) {
    if (step.name === "progress") {
      if (!isJson) terminal.complain(progressOf(step.data));
      continue;
    }
    const { data: plugin } = step;
    for (const warning of plugin.warnings) terminal.complain(`warning: ${warning}`);
    const { tag, hash } = plugin.latest_version;
    return { plugin, sentence: `installed ${plugin.name} (plugin ${plugin.id}) as ${tag || hash.slice(0, 12)}` };
  }
  throw new ApiError("the server broke off before it said whether the plugin is installed: hoglet plugins shows it");
}

function progressOf({ stage, bytes, total }: Progress): string {
  if (bytes === undefined) return stage;
  return `${stage} ${kib(bytes)}${total === undefined ? "" : ` of ${kib(total)}`} KiB`;
}

const kib = (bytes: number): number => Math.ceil(bytes / 1024);
