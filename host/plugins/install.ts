import type { Plugin } from "../store/plugins.ts";
import { pluginByUrl } from "../store/plugins.ts";
import { createPlugin, type NewVersion, type PluginVersion, saveVersion } from "../store/plugin-versions.ts";
import { openRegistry, type RegistryEnv } from "../store/registry.ts";
import type { PluginType } from "../store/schema.ts";
import { checkFunctions } from "./check-functions.ts";
import { compilePlugin } from "./compile.ts";
import { findEntry } from "./entry.ts";
import { InvalidPluginError } from "./errors.ts";
import { functionWarnings } from "./function-warnings.ts";
import type { Inspected } from "./inspected.ts";
import { loadError } from "./load-error.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { checkFiles, fileText, type PluginFiles, sourceTexts } from "./plugin-files.ts";
import { usedCapabilities } from "./used-capabilities.ts";
import { withPlace } from "./declared-at.ts";
import { type BlobsEnv, bundleKey, storeVersion } from "./versions.ts";

/** What loading a plugin once shows. */
export interface Inspection extends Inspected {
  warnings: string[];
}

/**
 * Loads compiled code once, in a sandbox without capabilities, and looks for functions. An error of the plugin's own
 * is recognised by its `guestStack`, whose frames carry SCRIPT_NAME.
 */
export type Inspect = (code: string, manifest: Manifest) => Promise<Inspection>;

export type InstallEnv = BlobsEnv & RegistryEnv;

export interface InstallRequest {
  organizationId: number;
  /** A plugin of the organization that gets a new version; absent installs a new plugin. */
  pluginId?: number;
  pluginType: PluginType;
  files: PluginFiles;
  /** Names a plugin whose plugin.json does not, or that has none. */
  name?: string;
  /** Where the files came from; its query string is not kept. */
  url?: string;
  /** Opens `url`, sealed; null when it is open. */
  privateToken?: string | null;
  /** The release, commit or npm version of the files. */
  tag?: string;
}

export interface Installed {
  plugin: Plugin;
  version: PluginVersion;
  warnings: string[];
}

/**
 * Installs a plugin, or a new version of one, from its files. Nothing is written before everything is known to be
 * right; the registry then changes in one step. Configs are left as they are. `now` is milliseconds since the epoch.
 * Throws InvalidPluginError for whatever is the author's to mend.
 */
export async function installFromFiles(
  env: InstallEnv,
  request: InstallRequest,
  inspect: Inspect,
  now: number,
): Promise<Installed> {
  const { organizationId, pluginId, files } = request;
  const db = openRegistry(env);
  const url = request.url === undefined ? null : request.url.replace(/\?.*$/s, "").replace(/\/+$/, "");
  if (pluginId === undefined && url !== null && (await pluginByUrl(db, organizationId, url)))
    throw new InvalidPluginError([{ path: "", message: `Plugin from URL "${url}" already installed!` }]);

  const size = checkFiles(files);
  const { manifest, warnings } = parseManifest(fileText(files, "plugin.json"), request.name);
  const entry = findEntry(Object.keys(files), manifest.main);
  if (fileText(files, entry)?.trim() === "")
    throw new InvalidPluginError([{ path: entry, message: "the file is empty" }]);
  const texts = sourceTexts(files, entry);
  const compiled = compilePlugin(texts, entry);
  const { warnings: hints, ...functions } = await inspect(compiled.code, manifest).catch((error: unknown) => {
    throw loadError(error, entry, texts, compiled.map);
  });
  const found = hints.map((hint) => withPlace(hint, texts));
  const paths = compiled.map.sources.filter((source) => source !== null);
  const inspected = { ...checkFunctions(functions, entry, found, manifest), used: usedCapabilities(texts, paths) };

  const bundle = { ...compiled, manifest, entry };
  const hash = await storeVersion(env, files, bundle, now);
  const { name, description, icon } = manifest;
  const details = {
    name,
    description,
    icon,
    ...(url !== null && { url }),
    ...(request.privateToken !== undefined && { privateToken: request.privateToken }),
  };
  const version: NewVersion = {
    hash,
    tag: request.tag ?? null,
    manifest,
    bundleKey: bundleKey(hash),
    inspected,
    size,
  };
  const saved =
    pluginId === undefined
      ? await createPlugin(db, organizationId, { ...details, pluginType: request.pluginType }, version, now)
      : await saveVersion(db, organizationId, pluginId, details, version, now);
  if (saved === null) throw new InvalidPluginError([{ path: "", message: `There is no plugin ${pluginId} to update` }]);
  // The last who had the same may have been erased before the registry knew of this one.
  await storeVersion(env, files, bundle, now);
  return { ...saved, warnings: [...warnings, ...found, ...functionWarnings(inspected, manifest)] };
}

export interface SourceRequest {
  organizationId: number;
  /** A plugin of the organization that gets a new version; absent installs a new plugin. */
  pluginId?: number;
  name: string;
  /** JavaScript or TypeScript. */
  source: string;
  description?: string;
  /** As `config` and `capabilities` of a plugin.json. */
  config?: unknown;
  capabilities?: unknown;
}

/** The same for code that somebody pasted or edited: index.ts, with a plugin.json of what was entered beside it. */
export function installFromSource(
  env: InstallEnv,
  request: SourceRequest,
  inspect: Inspect,
  now: number,
): Promise<Installed> {
  const { organizationId, pluginId, source, ...manifest } = request;
  const encoder = new TextEncoder();
  return installFromFiles(
    env,
    {
      organizationId,
      ...(pluginId !== undefined && { pluginId }),
      pluginType: "source",
      files: {
        "index.ts": encoder.encode(source),
        "plugin.json": encoder.encode(`${JSON.stringify(manifest, null, 2)}\n`),
      },
    },
    inspect,
    now,
  );
}
