import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import type { Manifest } from "../../host/plugins/manifest.ts";
import { HogletApi } from "../api-client.ts";
import type { Entered, PluginConfig, PushedPlugin } from "../api-client.ts";
import { connect } from "../server/connection.ts";
import { flagAttachments } from "../case/attachments.ts";
import { readConfig } from "../case/read-config.ts";
import { ApiError, LoadError, UsageError } from "../errors.ts";
import { collectFiles } from "../plugin/collect-files.ts";
import { readUtf8 } from "../plugin/folder.ts";
import { loadPlugin } from "../plugin/load-plugin.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import type { Terminal } from "../terminal.ts";

/** `hoglet push`: 0 when the plugin is live for the team, 1 when it could not be loaded or the server refused. */
export async function push(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string" },
      token: { type: "string" },
      team: { type: "string" },
      config: { type: "string" },
      attach: { type: "string", multiple: true, default: [] },
    },
    allowPositionals: true,
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError("name one plugin's folder: hoglet push <dir>");
  const { client, team } = await connect(values, terminal);

  const entered = {
    values: await readConfig(values.config),
    attachments: await flagAttachments(values.attach, "."),
  };

  try {
    const api = new HogletApi(client);
    const { plugin, manifest } = await install(api, folder, terminal);
    terminal.print(...describe(plugin));
    const live = await makeLive(api, plugin, team, { ...entered, manifest });
    terminal.print(live.sentence);
    return 0;
  } catch (error) {
    if (error instanceof LoadError) terminal.complain(error.explanation);
    else if (error instanceof ApiError) terminal.complain(error.message);
    else throw error;
    return 1;
  }
}

/**
 * Installs the plugin of a folder.
 * @param movesConfigs whether all configs of the plugin go along to the new version
 */
export async function install(
  api: HogletApi,
  folder: string,
  terminal: Terminal,
  movesConfigs = true,
): Promise<{ plugin: PushedPlugin; manifest: Manifest }> {
  // Loaded here first, because an error of the author's is best shown beside the author's source.
  const loaded = await loadPlugin(folder);
  const { files, skipped } = filesToPush(folder, loaded);
  for (const path of skipped) terminal.complain(`${path} is left out: it is not UTF-8 text`);
  const plugin = await api.installPlugin(files, movesConfigs);
  for (const warning of plugin.warnings) terminal.complain(`warning: ${warning}`);
  return { plugin, manifest: loaded.manifest };
}

/** Packages that a plugin has installed stay where they are: what is bundled of them goes in the place of the entry. */
function filesToPush(
  folder: string,
  { root, entry, isBundled, compiled, manifest: { name } }: LoadedPlugin,
): ReturnType<typeof collectFiles> {
  const manifest = readUtf8(join(root, "plugin.json"));
  if (resolve(folder) !== root) throw new UsageError(`${folder} is a file: name the plugin's folder`);
  if (manifest === undefined)
    throw new UsageError(
      `${folder} has no plugin.json, which a server needs: write one, such as ${JSON.stringify({ name })}`,
    );
  return isBundled ? { files: { "plugin.json": manifest, [entry]: compiled.code }, skipped: [] } : collectFiles(root);
}

/** A config that runs what was pushed, and what it was before; undefined when there was none. */
export interface Live {
  config: PluginConfig;
  before: PluginConfig | undefined;
  sentence: string;
}

/** Has a team run a plugin's latest version. */
export async function makeLive(
  api: HogletApi,
  plugin: PushedPlugin,
  team: number,
  entered: Entered & { manifest: Manifest },
): Promise<Live> {
  let existing: PluginConfig | undefined;
  try {
    existing = await api.findConfig(team, plugin.id);
    const config = existing
      ? await api.useVersion(existing.id, plugin.latest_version.id, entered)
      : await api.createConfig(team, plugin.id, entered);
    const state = config.enabled ? "is live" : "has the new version but is disabled";
    return { config, before: existing, sentence: `plugin config ${config.id} of team ${team} ${state}` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const state = existing ? `plugin config ${existing.id} stays at the version that it has` : "it is not live";
    throw new ApiError(`${error.message}\nThe plugin is installed, but ${state}. ${remedy(error, entered)}`, {
      cause: error,
    });
  }
}

/** How to enter the field that the server finds wrong, and with it what else has to be. */
function remedy(
  { attr, code }: ApiError,
  { values = {}, attachments, manifest }: Entered & { manifest: Manifest },
): string {
  const [, wrong = "key"] = /^config(?:__(.+))?$/s.exec(attr ?? "") ?? [];
  if (code === "setup_failed")
    return "Push again once that is mended, with other values by --config FILE if it is them.";
  if (!attr?.startsWith("config")) return "Push again once that is mended.";
  const isFile = (key: string) => manifest.config.some((field) => field.key === key && field.type === "attachment");
  const isEntered = (key: string) => Object.hasOwn(values, key) || attachments.some((file) => file.key === key);
  const missing = manifest.config
    .filter(({ required, default: value }) => required && value === undefined)
    .flatMap(({ key }) => (key === undefined || isEntered(key) ? [] : [key]));
  const keys = [...new Set([wrong, ...missing])];
  const [files, texts] = [keys.filter(isFile), keys.filter((key) => !isFile(key))];
  const example = JSON.stringify(Object.fromEntries(texts.map((key) => [key, "..."])));
  const flags = [...(texts.length > 0 ? ["--config FILE"] : []), ...files.map((key) => `--attach ${key}=FILE`)];
  return `${texts.length > 0 ? `Write its values into a file, such as ${example}, and push` : "Push"} again with ${flags.join(" ")}.`;
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
