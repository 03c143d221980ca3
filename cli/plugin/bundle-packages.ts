import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import type { BuildFailure, build } from "esbuild";

import type { CompiledPlugin } from "../../host/plugins/compile.ts";
import type { SourceMap } from "../../host/plugins/source-position.ts";
import { LoadError } from "../errors.ts";
import { resolveProvided } from "./resolve-provided.ts";
import { isProvided } from "./provided-modules.ts";

const IMPORT = /\brequire\(\s*(["'])([^."'\\\n][^"'\\\n]*)\1\s*\)/g;
const STRICT = '"use strict";';

/**
 * Makes one script of a plugin and the npm packages that it has installed and imports. Packages that plugins are
 * provided with stay imports.
 * @param compiled the plugin without packages, which tells what it imports
 * @returns undefined when there is nothing to bundle
 * @throws {LoadError} when esbuild, which is not part of hoglet, is not installed or fails
 */
export async function bundlePackages(
  root: string,
  entry: string,
  { code }: CompiledPlugin,
): Promise<CompiledPlugin | undefined> {
  const imported = new Set([...code.matchAll(IMPORT)].map(([, , name = ""]) => name));
  const installed = [...imported].filter((name) => isInstalled(root, name));
  const isNeeded = await Promise.all(installed.map(async (name) => !(await isProvided(name))));
  const needed = installed.filter((_, i) => isNeeded[i]);
  if (needed.length === 0) return undefined;
  const bundle = await findEsbuild(root, needed);
  try {
    const { outputFiles } = await bundle({
      entryPoints: [join(root, entry)],
      absWorkingDir: root,
      outfile: join(root, "plugin.js"),
      write: false,
      bundle: true,
      format: "cjs",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["import", "require", "default"],
      target: "es2023",
      // A plugin's functions need not be exported: nobody in the bundle seems to use them.
      treeShaking: false,
      sourcemap: "external",
      sourcesContent: false,
      tsconfigRaw: {},
      logLevel: "silent",
      plugins: [resolveProvided(root)],
    });
    const [map, script] = [".map", ".js"].map((end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "");
    return { code: sloppy(script ?? ""), map: JSON.parse(map ?? "") as SourceMap };
  } catch (error) {
    throw bundleError(error);
  }
}

/** Looks where Node would: in `node_modules` of the folder and of those above it. */
function isInstalled(root: string, name: string): boolean {
  const [scopeOrName = "", inScope = ""] = name.split("/");
  const packageName = scopeOrName.startsWith("@") ? `${scopeOrName}/${inScope}` : scopeOrName;
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", packageName, "package.json"))) return true;
    if (dirname(folder) === folder) return false;
  }
}

async function findEsbuild(root: string, needed: readonly string[]): Promise<typeof build> {
  for (const from of [pathToFileURL(join(root, "plugin.json")), import.meta.url])
    try {
      const module = (await import(pathToFileURL(createRequire(from).resolve("esbuild")).href)) as {
        build: typeof build;
      };
      return module.build;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  throw new LoadError(
    `the plugin imports ${needed.join(", ")}, which esbuild has to bundle into it, and esbuild is not installed: npm install --save-dev esbuild`,
    null,
  );
}

/** Plugins run in sloppy mode, as many of them need; blanks in the place of the directive keep every column. */
function sloppy(code: string): string {
  return code.startsWith(STRICT) ? " ".repeat(STRICT.length) + code.slice(STRICT.length) : code;
}

function bundleError(error: unknown): unknown {
  const [first] = error instanceof Error && "errors" in error ? (error as BuildFailure).errors : [];
  if (!first) return error;
  const { text, location } = first;
  if (!location) return new LoadError(text, null);
  const { file, line, column, lineText } = location;
  const frame = `> ${line} | ${lineText}\n  ${" ".repeat(String(line).length)} | ${" ".repeat(column)}^`;
  return new LoadError(
    `${file}: ${text} (${line}:${column + 1})`,
    { file, line },
    `${file}: ${text} (${line}:${column + 1})\n\n${frame}`,
  );
}
