import { InvalidPluginError } from "../errors.ts";
import { MAX_BYTES, MAX_FILES } from "../plugin-files.ts";

/** What an archive says of something that is in it. Folders are none. */
export interface Entry {
  path: string;
  /** Bytes that it unpacks to, or more. */
  size: number;
  /** `file`, or what it is otherwise: `symlink`, `fifo` and the like. */
  kind: string;
}

/** An archive whose table of contents has been read. */
export interface Archive {
  entries: readonly Entry[];
  /** Unpacks files by their paths; may throw whatever unpacking a broken one throws. */
  read(paths: ReadonlySet<string>): ReadonlyMap<string, Uint8Array>;
}

/** A repository may hold much beside the plugin; this is more than any archive of the size that is let in has. */
const MAX_ENTRIES = 20_000;

/** Throws InvalidPluginError for an archive with more than can be looked through. */
export function checkLength(entries: readonly unknown[]): void {
  if (entries.length > MAX_ENTRIES) throw tooMuch(`more than ${MAX_ENTRIES} files`);
}

/**
 * Checks, before any of it is unpacked, that what is in a plugin's root can be a plugin.
 * @throws {InvalidPluginError} for links and devices, a path that is there twice, and more than a plugin may have
 */
export function checkEntries(entries: readonly Entry[]): void {
  if (entries.length > MAX_FILES) throw tooMuch(`more than ${MAX_FILES} files`);
  const seen = new Set<string>();
  let bytes = 0;
  for (const { path, size, kind } of entries) {
    if (kind !== "file") throw unusable(path, `is a ${kind}; put the file itself into the archive`);
    if (seen.has(path)) throw unusable(path, "is in the archive twice");
    seen.add(path);
    bytes += size;
    if (bytes > MAX_BYTES) throw tooMuch(`more than ${MAX_BYTES} bytes`);
  }
}

const unusable = (path: string, message: string): InvalidPluginError =>
  new InvalidPluginError([{ path: path.slice(0, 400), message }]);

export const tooMuch = (what: string): InvalidPluginError =>
  new InvalidPluginError([
    {
      path: "",
      message: `The archive has ${what}, which is more than a plugin may have. Pack what the plugin needs alone`,
    },
  ]);
