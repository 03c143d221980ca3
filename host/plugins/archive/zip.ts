import { unzipSync } from "fflate";

import { InvalidPluginError } from "../errors.ts";
import type { ArchiveFiles } from "./read-archive.ts";
import { Unpacked } from "./unpacked.ts";

/**
 * Unpacks a .zip. An entry is unpacked into as many bytes as the archive says that it has, so a bomb has to say so.
 * @throws {InvalidPluginError} past what a plugin may have, or whatever unzipping a broken one throws
 */
export function readZip(bytes: Uint8Array): ArchiveFiles {
  const unpacked = new Unpacked();
  const names = new Set<string>();
  const files = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (name.endsWith("/")) return false;
      if (names.has(name)) throw new InvalidPluginError([{ path: name, message: "is in the archive twice" }]);
      names.add(name);
      unpacked.count(originalSize);
      return true;
    },
  });
  return new Map([...names].map((name) => [name, Object.hasOwn(files, name) ? (files[name] ?? EMPTY) : EMPTY]));
}

const EMPTY = new Uint8Array();
