import { unzipSync } from "fflate";

import { type Archive, checkLength, type Entry } from "./entries.ts";
import { linksOf } from "./zip-links.ts";

/**
 * Reads what a .zip has. An entry is unpacked into as many bytes as the archive says that it has, so a bomb has to say so; one that is stored as
 * it is takes what it takes in the archive, whatever is said.
 * @throws InvalidPluginError for one with too many entries, or whatever reading a broken one throws
 */
export function openZip(bytes: Uint8Array): Archive {
  const links = linksOf(bytes);
  const entries: Entry[] = [];
  let index = -1;
  unzipSync(bytes, {
    filter({ name, size, originalSize }) {
      index++;
      if (!name.endsWith("/"))
        entries.push({
          path: name,
          size: Math.max(size, originalSize),
          kind: links.has(index) ? "symlink" : "file",
        });
      checkLength(entries);
      return false;
    },
  });
  return {
    entries,
    read(paths) {
      const files = unzipSync(bytes, { filter: ({ name }) => paths.has(name) });
      return new Map([...paths].map((path) => [path, Object.hasOwn(files, path) ? (files[path] ?? EMPTY) : EMPTY]));
    },
  };
}

const EMPTY = new Uint8Array();
