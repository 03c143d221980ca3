import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder's files as a record of path -> text, each read when it is asked for: a plugin's imports are followed without
 * looking at the rest of the folder. Files that are not UTF-8 are not there.
 */
export function folderFiles(root: string): Readonly<Record<string, string>> {
  const read = new Map<string, string | undefined>();
  const textOf = (path: string): string | undefined => {
    if (!read.has(path)) read.set(path, readUtf8(join(root, path)));
    return read.get(path);
  };
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (_, path) => (typeof path === "string" ? textOf(path) : undefined),
      getOwnPropertyDescriptor(_, path) {
        const value = typeof path === "string" ? textOf(path) : undefined;
        return value === undefined ? undefined : { value, configurable: true, enumerable: true };
      },
    },
  );
}

/** The text of a file without a byte order mark; undefined when there is none, or it is not UTF-8. */
export function readUtf8(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
