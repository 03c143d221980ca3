import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { MAX_BYTES, MAX_FILES } from "../../host/plugins/plugin-files.ts";
import { LoadError } from "../errors.ts";
import { readUtf8 } from "./folder.ts";

/**
 * The text files of a plugin as they are sent to a server: not installed packages, nothing hidden.
 * @returns `files` by path with `/` between the parts, and the paths of files that are not text
 * @throws {LoadError} when there is more than a server takes
 */
export function collectFiles(root: string): { files: Record<string, string>; skipped: string[] } {
  const files = new Map<string, string>();
  const skipped: string[] = [];
  let bytes = 0;
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      if (!entry.isFile()) continue;
      bytes += statSync(join(root, path)).size;
      if (files.size + skipped.length >= MAX_FILES || bytes > MAX_BYTES)
        throw new LoadError(
          `the folder has more than ${MAX_FILES} files or ${MAX_BYTES} bytes; keep what is no part of the plugin elsewhere`,
          null,
        );
      const text = readUtf8(join(root, path));
      if (text === undefined) skipped.push(path);
      else files.set(path, text);
    }
  };
  visit("");
  return { files: Object.fromEntries(files), skipped };
}
