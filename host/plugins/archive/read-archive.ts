import { InvalidPluginError } from "../errors.ts";
import type { PluginFiles } from "../plugin-files.ts";
import { pluginRoot, sharedFolder } from "./plugin-root.ts";
import { readTgz } from "./tgz.ts";
import { readZip } from "./zip.ts";

/** The files of an archive as they are named there: text and bytes of regular files alone. */
export type ArchiveFiles = ReadonlyMap<string, Uint8Array>;

/**
 * The files of a plugin that comes as one archive, .zip or .tgz, by what its first bytes say. The plugin's root is where its plugin.json
 * lies; what lies beside it is left out.
 * @param folder where in the archive's own folder the plugin lies, when that is known
 * @throws {InvalidPluginError} for what is no such archive, is broken, or unpacks to more than a plugin may have
 */
export async function readArchive(bytes: Uint8Array, folder: string | null = null): Promise<PluginFiles> {
  const files = await unpack(bytes);
  const paths = [...files.keys()];
  const root = folder === null ? pluginRoot(paths) : `${sharedFolder(paths)}${folder}/`;
  const inRoot = [...files]
    .filter(([path]) => path.startsWith(root))
    .map(([path, file]) => [path.slice(root.length), file]);
  if (inRoot.length === 0)
    throw new InvalidPluginError([{ path: "", message: `There is nothing in the folder ${folder ?? root}` }]);
  return Object.fromEntries(inRoot) as PluginFiles;
}

async function unpack(bytes: Uint8Array): Promise<ArchiveFiles> {
  try {
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readZip(bytes);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return await readTgz(bytes);
  } catch (error) {
    if (error instanceof InvalidPluginError) throw error;
    throw unreadable(`it is broken (${error instanceof Error ? error.message : String(error)}); pack it again`);
  }
  throw unreadable("its first bytes are neither's; pack the plugin's folder with npm pack, zip or tar -cz");
}

const unreadable = (reason: string): InvalidPluginError =>
  new InvalidPluginError([{ path: "", message: `Could not read archive as .zip or .tgz: ${reason}` }]);
