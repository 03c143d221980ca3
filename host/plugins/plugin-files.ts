import { InvalidPluginError } from "./errors.ts";

/** A plugin's files by path, relative to its root, `/` between the parts. */
export type PluginFiles = Readonly<Record<string, Uint8Array>>;

export const MAX_FILES = 1000;
/** Bytes of all files together. */
export const MAX_BYTES = 10 * 1024 * 1024;
/** Bytes of a packed plugin: of what lies beside it in its archive, too. */
export const MAX_ARCHIVE_BYTES = 20 * 1024 * 1024;
const MAX_PATH = 400;
const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx|json)$/;

/** Bytes of all files together. Throws InvalidPluginError for too many or too large files and for unsafe paths. */
export function checkFiles(files: PluginFiles): number {
  const entries = Object.entries(files);
  if (entries.length > MAX_FILES)
    throw new InvalidPluginError([
      {
        path: "",
        message: `The plugin has ${entries.length} files; at most ${MAX_FILES} are allowed`,
      },
    ]);
  const size = entries.reduce((sum, [, bytes]) => sum + bytes.byteLength, 0);
  if (size > MAX_BYTES)
    throw new InvalidPluginError([
      { path: "", message: `The plugin has ${size} bytes; at most ${MAX_BYTES} are allowed` },
    ]);
  const problems = entries.flatMap(([path]) => {
    const message = pathProblem(path);
    return message === null ? [] : [{ path: JSON.stringify(path.slice(0, MAX_PATH)), message }];
  });
  if (problems.length > 0) throw new InvalidPluginError(problems.slice(0, 10));
  return size;
}

function pathProblem(path: string): string | null {
  if (path.length > MAX_PATH) return `the path is longer than ${MAX_PATH} characters`;
  if (/\p{Cc}/u.test(path)) return "the path contains a control character";
  if (path.includes("\uFFFD")) return "the path is not UTF-8; give the file another name";
  if (path.includes("\\")) return "the path contains a backslash; separate its parts with /";
  if (path.startsWith("/") || /^[a-z]:/i.test(path))
    return "the path is absolute; make it relative to the plugin's root";
  const parts = path.split("/");
  if (parts.includes("..")) return "the path contains ..";
  if (parts.includes("") || parts.includes(".")) return "the path has an empty part";
  return null;
}

/** The files that code can be in, decoded; a byte order mark is dropped. Files that are not UTF-8 are left out. */
export function sourceTexts(files: PluginFiles, entry: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, bytes]) => {
      const text = path === entry || SOURCE.test(path) ? decode(bytes) : null;
      return text === null ? [] : [[path, text]];
    }),
  );
}

/** The text of one file, or null when there is none of that name. Throws InvalidPluginError when it is not UTF-8. */
export function fileText(files: PluginFiles, path: string): string | null {
  const bytes = Object.hasOwn(files, path) ? files[path] : undefined;
  if (bytes === undefined) return null;
  const text = decode(bytes);
  if (text === null) throw new InvalidPluginError([{ path, message: "is not UTF-8 text; save it as UTF-8" }]);
  return text;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
