import { InvalidPluginError } from "../errors.ts";
import type { PluginFiles } from "../plugin-files.ts";
import { type Archive, checkEntries } from "./entries.ts";
import { pluginRoot, sharedFolder } from "./plugin-root.ts";
import { openTgz } from "./tgz.ts";
import { openZip } from "./zip.ts";

/**
 * The files of a plugin that comes as one archive, .zip or .tgz, by what its first bytes say. The plugin's root is where its plugin.json
 * lies; what lies beside it is left out, and may be whatever it is.
 * @param folder where in the archive's own folder the plugin lies, when that is known
 * @throws {InvalidPluginError} for what is no such archive, is broken, or unpacks to more than a plugin may have
 */
export async function readArchive(bytes: Uint8Array, folder: string | null = null): Promise<PluginFiles> {
  try {
    return await filesOf(await open(bytes), folder);
  } catch (error) {
    if (error instanceof InvalidPluginError) throw error;
    throw unreadable(`it is broken (${error instanceof Error ? error.message : String(error)}); pack it again`);
  }
}

async function filesOf(archive: Archive, folder: string | null): Promise<PluginFiles> {
  const all = archive.entries.map(({ path }) => path);
  const root = folder === null ? pluginRoot(all) : `${sharedFolder(all)}${folder}/`;
  const inRoot = archive.entries.filter(({ path }) => path.startsWith(root));
  if (inRoot.length === 0)
    throw new InvalidPluginError([{ path: "", message: `There is nothing in the folder ${folder ?? root}` }]);
  checkEntries(inRoot);
  const paths = new Set(inRoot.map(({ path }) => path));
  const files = [...archive.read(paths)].filter(([path]) => paths.has(path));
  return Object.fromEntries(files.map(([path, file]) => [path.slice(root.length), file])) as PluginFiles;
}

async function open(bytes: Uint8Array): Promise<Archive> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return openZip(bytes);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return openTgz(bytes);
  throw unreadable("its first bytes are neither's; pack the plugin's folder with npm pack, zip or tar -cz");
}

const unreadable = (reason: string): InvalidPluginError =>
  new InvalidPluginError([{ path: "", message: `Could not read archive as .zip or .tgz: ${reason}` }]);
