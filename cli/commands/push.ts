import { parseArgs } from "node:util";

import type { JsonObject } from "../../host/event.ts";
import { HogletApi } from "../api-client.ts";
import type { PluginConfig, PushedPlugin } from "../api-client.ts";
import { readConfig } from "../case/read-config.ts";
import { ApiError, LoadError, UsageError } from "../errors.ts";
import { collectFiles } from "../plugin/collect-files.ts";
import { loadPlugin } from "../plugin/load-plugin.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import type { Terminal } from "../terminal.ts";

/** `hoglet push`: 0 when the plugin is live for the team, 1 when it could not be loaded or the server refused. */
export async function push(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string", default: "http://localhost:8787" },
      token: { type: "string" },
      team: { type: "string", default: "1" },
      config: { type: "string" },
    },
    allowPositionals: true,
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError("name one plugin's folder: hoglet push <dir>");
  const token = values.token ?? terminal.env["ADMIN_TOKEN"];
  if (!token) throw new UsageError("give the server's admin token: --token TOKEN, or ADMIN_TOKEN in the environment");
  if (!/^\d+$/.test(values.team)) throw new UsageError(`--team ${values.team} must be a team's number`);
  if (!URL.canParse(values.url))
    throw new UsageError(`--url ${values.url} must be an address such as https://hoglet.example.com`);

  const config = await readConfig(values.config);

  try {
    // Loaded here first, because an error of the author's is best shown beside the author's source.
    const { files, skipped } = filesToPush(await loadPlugin(folder));
    for (const path of skipped) terminal.complain(`${path} is left out: it is not UTF-8 text`);
    const api = new HogletApi(values.url, token);
    const plugin = await api.installPlugin(files);
    terminal.print(...describe(plugin));
    for (const warning of plugin.warnings) terminal.complain(`warning: ${warning}`);
    terminal.print(await makeLive(api, plugin, Number(values.team), config));
    return 0;
  } catch (error) {
    if (error instanceof LoadError) terminal.complain(error.explanation);
    else if (error instanceof ApiError) terminal.complain(error.message);
    else throw error;
    return 1;
  }
}

/** Packages that a plugin has installed stay where they are: what is bundled of them goes in the place of the entry. */
function filesToPush({ root, entry, isBundled, compiled }: LoadedPlugin): ReturnType<typeof collectFiles> {
  const { files, skipped } = collectFiles(root);
  if (!isBundled) return { files, skipped };
  const manifest = files["plugin.json"];
  return {
    files: { ...(manifest === undefined ? {} : { "plugin.json": manifest }), [entry]: compiled.code },
    skipped: [],
  };
}

async function makeLive(
  api: HogletApi,
  plugin: PushedPlugin,
  team: number,
  values: JsonObject | undefined,
): Promise<string> {
  let existing: PluginConfig | undefined;
  try {
    existing = await api.findConfig(team, plugin.id);
    const { id, enabled } = existing
      ? await api.useVersion(existing.id, plugin.latest_version.id, values)
      : await api.createConfig(team, plugin.id, values ?? {});
    const state = enabled ? "is live" : "has the new version but is disabled";
    return `plugin config ${id} of team ${team} ${state}`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const state = existing ? `plugin config ${existing.id} stays at the version that it has` : "it is not live";
    throw new ApiError(`${error.message}\nThe plugin is installed, but ${state}. ${remedy(error)}`, { cause: error });
  }
}

function remedy({ attr }: ApiError): string {
  const [, key] = /^config(?:__(.+))?$/s.exec(attr ?? "") ?? ["", undefined];
  return attr?.startsWith("config")
    ? `Write its values into a file, such as ${JSON.stringify({ [key ?? "key"]: "..." })}, and push again with --config FILE.`
    : "Push again once that is mended.";
}

function describe({ id, name, latest_version: version, capabilities }: PushedPlugin): string[] {
  const functions = [
    ...capabilities.methods,
    ...capabilities.scheduled_tasks,
    ...capabilities.jobs.map((job) => `jobs.${job}`),
  ];
  return [
    `installed ${name} (plugin ${id}) as ${version.tag || version.hash.slice(0, 12)}`,
    `it has ${functions.join(", ")}`,
  ];
}
