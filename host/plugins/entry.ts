import { InvalidPluginError } from "./errors.ts";

const FALLBACKS = ["index.js", "index.ts"];
const MAX_LISTED = 10;

/**
 * The path of the file to run: plugin.json's `main`, else index.js, else index.ts. package.json's `main` means
 * nothing here: published plugins have one that points at a file they do not ship.
 * `paths` are relative to the plugin's root. Throws InvalidPluginError when there is no such file.
 */
export function findEntry(paths: Iterable<string>, main: string | null): string {
  const files = new Set(paths);
  if (main !== null) {
    const path = main.replace(/^(?:\.?\/)+/, "");
    if (files.has(path)) return path;
    throw missing(
      `plugin.json names main "${main}", and there is no such file; build the plugin before installing it, or correct main`,
      files,
    );
  }
  const found = FALLBACKS.find((path) => files.has(path));
  if (found !== undefined) return found;
  throw missing(
    'Could not find main file index.js or index.ts; add one, or name another file as "main" in plugin.json',
    files,
  );
}

function missing(message: string, files: ReadonlySet<string>): InvalidPluginError {
  const listed = [...files].sort().slice(0, MAX_LISTED).join(", ");
  const more = files.size > MAX_LISTED ? ` and ${files.size - MAX_LISTED} more` : "";
  return new InvalidPluginError([{ path: "", message: `${message}. Files: ${listed}${more}` }]);
}
