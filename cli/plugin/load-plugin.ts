import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { compilePlugin } from "../../host/plugins/compile.ts";
import type { CompiledPlugin } from "../../host/plugins/compile.ts";
import { findEntry } from "../../host/plugins/entry.ts";
import { InvalidPluginError, PluginSyntaxError } from "../../host/plugins/errors.ts";
import { parseManifest } from "../../host/plugins/manifest.ts";
import type { Manifest } from "../../host/plugins/manifest.ts";
import { LoadError } from "../errors.ts";
import { bundlePackages } from "./bundle-packages.ts";
import { folderFiles, readUtf8 } from "./folder.ts";

/** A plugin as read from its author's folder, ready to run. */
export interface LoadedPlugin {
  /** The folder that paths are relative to. */
  root: string;
  manifest: Manifest;
  /** Path of the file that runs. */
  entry: string;
  compiled: CompiledPlugin;
  /** Whether installed packages are in the compiled code. */
  isBundled: boolean;
  /** What is odd but harmless, for the author. */
  warnings: string[];
  /** The text of a file of the plugin. */
  source(path: string): string | undefined;
}

/**
 * Reads and compiles a plugin.
 * @param path its folder, or the file to run
 * @param entryFile the file to run, where plugin.json is not to decide
 * @throws {LoadError} that names the file at fault
 */
export async function loadPlugin(path: string, entryFile?: string): Promise<LoadedPlugin> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new LoadError(`${path}: there is no such file or folder`, null);
  const isFolder = stats.isDirectory() || basename(path) === "plugin.json";
  const root = resolve(stats.isDirectory() ? path : dirname(path));
  const main = entryFile ?? (isFolder ? undefined : basename(path));
  try {
    const { manifest, warnings } = readManifest(root);
    const entry = findEntry(candidates(root, main ?? manifest.main), main ?? manifest.main);
    const files = folderFiles(root);
    const own = compilePlugin(files, entry);
    const bundled = await bundlePackages(root, entry, own);
    return {
      root,
      manifest,
      entry,
      compiled: bundled ?? own,
      isBundled: bundled !== undefined,
      warnings,
      source: (file) => files[file],
    };
  } catch (error) {
    throw error instanceof InvalidPluginError ? toLoadError(error) : error;
  }
}

function readManifest(root: string): ReturnType<typeof parseManifest> {
  return parseManifest(readUtf8(join(root, "plugin.json")) ?? null, basename(root) || "plugin");
}

/** The files that may be the entry: those of the folder itself, and the one that is named. */
function candidates(root: string, main: string | null): string[] {
  const listed = readdirSync(root, { withFileTypes: true }).flatMap((file) => (file.isFile() ? [file.name] : []));
  const path = main?.replace(/^(?:\.?\/)+/, "");
  if (path === undefined || path.split("/").includes("..")) return listed;
  return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ? [...listed, path] : listed;
}

function toLoadError(error: InvalidPluginError): LoadError {
  if (error instanceof PluginSyntaxError) {
    const [message = error.message] = error.message.split("\n\n");
    return new LoadError(message, { file: error.file, line: error.line }, error.message);
  }
  const place = error.problems[0]?.path.split(":")[0];
  return new LoadError(error.message, place ? { file: place, line: null } : null);
}
