import { checkDrivers } from "./check-drivers.ts";
import { compileFile } from "./compile-file.ts";
import { InvalidPluginError, PluginSyntaxError } from "./errors.ts";
import { type LinkedFile, linkFiles } from "./link.ts";
import { resolveImport } from "./resolve-import.ts";
import type { SourceMap } from "./source-position.ts";
import { estimateTokens } from "./token-estimate.ts";

/** What the runtime loads: one sloppy-mode CommonJS script and its way back to the author's files. */
export interface CompiledPlugin {
  code: string;
  map: SourceMap;
}

/** About 400 KB of minified code: the parser then takes some 60 MB, half of what a Worker has. */
const MAX_TOKENS = 200_000;
/** Finds every import, and sometimes more: words in a comment only bring a file along that nobody asks for. */
const REQUIRE = /\brequire\(\s*(["'])(\.[^"'\\\n]*)\1\s*\)/g;

/**
 * Compiles a plugin from its files: the entry and the files that it imports by relative path, all of them
 * treated as TypeScript whatever their extension. `files` maps paths relative to the plugin's root to text.
 * Throws PluginSyntaxError, also for a driver that plugins cannot have, or InvalidPluginError when the plugin is too large.
 */
export function compilePlugin(files: Readonly<Record<string, string>>, entry: string): CompiledPlugin {
  const linked = new Map<string, LinkedFile>();
  const waiting = [entry];
  let tokens = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (linked.has(path)) continue;
    const source = Object.hasOwn(files, path) ? files[path] : undefined;
    if (source === undefined) throw new InvalidPluginError([{ path, message: "there is no such file" }]);
    if ((tokens += estimateTokens(source)) > MAX_TOKENS)
      throw new InvalidPluginError([
        { path, message: "the plugin has too much code to be compiled; leave out what it does not use" },
      ]);
    const isJson = path.endsWith(".json");
    const file = isJson ? jsonFile(path, source) : compileFile(path, source);
    if (!isJson) checkDrivers(path, source, file);
    const imports = Object.fromEntries(
      [...file.code.matchAll(REQUIRE)].flatMap(([, , specifier = ""]) => {
        const found = resolveImport(specifier, path, files);
        return found === null ? [] : [[specifier, found]];
      }),
    );
    linked.set(path, { ...file, imports });
    waiting.push(...Object.values(imports));
  }
  const main = linked.get(entry);
  return main !== undefined && linked.size === 1 && Object.keys(main.imports).length === 0
    ? { code: main.code, map: main.map }
    : linkFiles(entry, linked);
}

function jsonFile(path: string, source: string): { code: string; map: SourceMap } {
  try {
    JSON.parse(source);
  } catch (error) {
    throw new PluginSyntaxError(path, `is not valid JSON: ${(error as Error).message}`, null);
  }
  return {
    code: `module.exports=JSON.parse(${JSON.stringify(source)})`,
    map: { version: 3, names: [], sources: [path], mappings: "" },
  };
}
