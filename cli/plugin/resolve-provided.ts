import { readFile } from "node:fs/promises";

import type { Plugin } from "esbuild";

import { cannotImport, insteadOf } from "../../runtime/module-advice.ts";
import { isProvided } from "./provided-modules.ts";

/**
 * Tells esbuild what a plugin's imports mean: what plugins are provided with, and what is installed nowhere, stays an
 * import; drivers that plugins cannot have are errors; the author's own files may hold TypeScript whatever their extension.
 */
export function resolveProvided(root: string): Plugin {
  return {
    name: "hoglet",
    setup(bundler) {
      bundler.onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === "asked" || kind === "entry-point") return undefined;
        if (await isProvided(path)) return { path, external: true };
        if (insteadOf(path) !== undefined) return { errors: [{ text: cannotImport(path) }] };
        const found = await bundler.resolve(path, { importer, resolveDir, kind, pluginData: "asked" });
        return found.errors.length > 0 ? { path, external: true } : found;
      });
      bundler.onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
        const isOwn = path.startsWith(root) && !path.slice(root.length).includes("node_modules");
        return isOwn ? { contents: await readFile(path, "utf8"), loader: "ts" } : undefined;
      });
    },
  };
}
