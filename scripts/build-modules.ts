import { readdir } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";

import { build } from "esbuild";
import type { Plugin } from "esbuild";

import { ROOT } from "./root.ts";

const GUEST = join(ROOT, "runtime/guest");
const FOLDER = join(GUEST, "modules");
/** What the guest library itself serves; see `installGlobals`. */
const IN_LIBRARY = ["buffer"];

/** What packages of npm ask for, and what they are given: a module, or a file of ours. */
const REPLACED: Readonly<Record<string, string>> = {
  "assert/": "assert",
  "events/": "events",
  "string_decoder/": "string_decoder",
  "util/": "util",
  "safe-buffer": "buffer",
  qs: "querystring",
  // Its file for browsers expects the class to be a global.
  "abort-controller": "abort-controller/dist/abort-controller.js",
  // faker's, whose numbers follow from the clock.
  "./mersenne": join(FOLDER, "faker/mersenne.cjs"),
  // A large package that jsonwebtoken asks one thing: whether Node is newer than version 16.
  semver: join(FOLDER, "jsonwebtoken/semver.ts"),
};

/**
 * Bundles each module of runtime/guest/modules to a script whose value is a function of `require`, `module` and `library`. By that `require`
 * modules ask for each other and for the guest library's own files: nothing is in two of them.
 * @returns the scripts, by the name that a plugin imports
 */
export async function buildModules(): Promise<Record<string, string>> {
  const names = await listModules();
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, join(FOLDER, name)])),
    outdir: "/",
    inject: [join(GUEST, "globals/buffer.ts"), join(GUEST, "globals/process.ts")],
    write: false,
    bundle: true,
    minify: true,
    format: "cjs",
    banner: { js: "(function(require,module,library){var exports=module.exports;" },
    footer: { js: "})" },
    target: "es2023",
    platform: "neutral",
    mainFields: ["browser", "module", "main"],
    legalComments: "eof",
    logLevel: "warning",
    plugins: [sharedParts(names)],
  });
  const scripts = outputFiles.map(
    ({ path, text }) => [path.slice(1, -".js".length).split(sep).join("/"), text] as const,
  );
  for (const [name, text] of scripts)
    if (text.includes("\0") || !text.isWellFormed())
      throw new Error(
        `the module ${name} has a NUL or half of a surrogate pair, which the engine cannot be given in a text`,
      );
  return Object.fromEntries(scripts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The names of the modules: files, and folders with an index.ts; in folders with an @, those within. */
async function listModules(folder = ""): Promise<string[]> {
  const entries = await readdir(join(FOLDER, folder), { withFileTypes: true });
  const names = await Promise.all(
    entries.map(async ({ name }) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      return name.startsWith("@") ? listModules(path) : [path.replace(/\.ts$/, "")];
    }),
  );
  return names.flat();
}

/** Leaves what modules share to their `require`. */
function sharedParts(names: readonly string[]): Plugin {
  const modules = [...names, ...IN_LIBRARY];
  return {
    name: "shared-parts",
    setup(bundler) {
      bundler.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind === "entry-point" || pluginData === "asked") return undefined;
        const asked = (!importer.startsWith(GUEST) && REPLACED[path]) || path;
        if (isAbsolute(asked)) return { path: asked };
        // A module's own file imports the package of the same name.
        const isItself = importer.startsWith(join(FOLDER, asked));
        if (modules.includes(asked) && !isItself) return { path: asked, external: true };
        const found = await bundler.resolve(asked, { kind, importer, resolveDir, pluginData: "asked" });
        return found.path.startsWith(GUEST) && !found.path.startsWith(FOLDER) && importer.startsWith(FOLDER)
          ? { path: relative(GUEST, found.path).split(sep).join("/"), external: true }
          : found;
      });
    },
  };
}
