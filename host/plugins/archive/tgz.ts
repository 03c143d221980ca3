import { gunzipSync } from "node:zlib";

import { unpackTar } from "modern-tar";
import type { TarHeader } from "modern-tar";

import { InvalidPluginError } from "../errors.ts";
import { MAX_BYTES, MAX_FILES } from "../plugin-files.ts";
import type { ArchiveFiles } from "./read-archive.ts";
import { Unpacked, tooMuch } from "./unpacked.ts";

/** What a tar takes at most for each file beside its bytes: headers of 512 bytes, for long names too, and padding. */
const PER_FILE = 4096;
const CHUNK = 256 * 1024;
const MAX_TAR = MAX_BYTES + MAX_FILES * PER_FILE;

/**
 * Unpacks a .tgz. Inflating stops at the size that a plugin can have.
 * @throws {InvalidPluginError} past it, for links and devices, or whatever unpacking a broken one throws
 */
export async function readTgz(bytes: Uint8Array): Promise<ArchiveFiles> {
  const unpacked = new Unpacked();
  const entries = await unpackTar(inflate(bytes), {
    filter: (header) => {
      if (header.type === "directory") return false;
      checkKind(header);
      unpacked.count(header.size);
      return true;
    },
  });
  const files = new Map<string, Uint8Array>();
  for (const { header, data } of entries) {
    const name = header.name.replace(/^(?:\.\/)+/, "");
    if (files.has(name)) throw new InvalidPluginError([{ path: name, message: "is in the archive twice" }]);
    files.set(name, data ?? new Uint8Array());
  }
  return files;
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TAR, chunkSize: CHUNK });
  } catch (error) {
    throw error instanceof RangeError ? tooMuch(`more than ${MAX_TAR} bytes`) : error;
  }
}

function checkKind({ name, type }: TarHeader): void {
  if (type !== undefined && type !== "file")
    throw new InvalidPluginError([{ path: name, message: `is a ${type}; put the file itself into the archive` }]);
}
