const EXTENSIONS = ["", ".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".tsx", ".jsx", ".json"];

/**
 * The file of a plugin that a relative import means, or null when the import is not relative or means no file. Tries
 * the path itself, then known extensions, then an index file; `./a.js` also means a.ts, as TypeScript has it.
 */
export function resolveImport(specifier: string, from: string, files: Readonly<Record<string, string>>): string | null {
  if (!/^\.\.?(?:\/|$)/.test(specifier)) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  const path = parts.join("/");
  const index = path === "" ? "index" : `${path}/index`;
  const candidates = [
    ...EXTENSIONS.map((extension) => path + extension),
    path.replace(/\.([cm]?)js$/, ".$1ts"),
    ...EXTENSIONS.map((extension) => index + extension),
  ];
  return candidates.find((candidate) => Object.hasOwn(files, candidate)) ?? null;
}
