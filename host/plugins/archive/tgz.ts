import { gunzipSync } from "node:zlib";

import { unpackTar } from "modern-tar";

import { MAX_BYTES, MAX_FILES } from "../plugin-files.ts";
import { type Archive, checkLength, type Entry, tooMuch } from "./entries.ts";

/** What a tar takes at most for each file beside its bytes: headers of 512 bytes, for long names too, and padding. */
const PER_FILE = 4096;
const CHUNK = 256 * 1024;
const MAX_TAR = MAX_BYTES + MAX_FILES * PER_FILE;

/**
 * Reads what a .tgz has. Inflating stops at the size that a plugin can have.
 * @throws InvalidPluginError past it, and for too many entries, or whatever reading a broken one throws
 */
export async function openTgz(bytes: Uint8Array): Promise<Archive> {
  const entries: Entry[] = [];
  const unpacked = await unpackTar(inflate(bytes), {
    filter({ name, size, type = "file" }) {
      if (type === "directory") return false;
      entries.push({ path: plain(name), size, kind: type });
      checkLength(entries);
      return type === "file";
    },
  });
  const files = new Map(unpacked.map(({ header, data }) => [plain(header.name), data ?? new Uint8Array()]));
  return { entries, read: () => files };
}

const plain = (name: string): string => name.replace(/^(?:\.\/)+/, "");

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TAR, chunkSize: CHUNK });
  } catch (error) {
    throw error instanceof RangeError ? tooMuch(`more than ${MAX_TAR} bytes`) : error;
  }
}
