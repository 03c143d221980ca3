import { chmod, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { build } from "esbuild";

import { ROOT } from "./root.ts";
import { writeIfChanged } from "./write-if-changed.ts";

/** Node's own modules are still asked for by `require` in CommonJS packages that are bundled. */
const BANNER =
  'import { createRequire as nodeRequire } from "node:module"; const require = nodeRequire(import.meta.url);';

/**
 * Builds the `hoglet` command into a folder: one file for Node 20 that needs no installed package, and what
 * `hoglet new` writes. It reads `image.wasm` from the same folder when it runs.
 */
export async function buildCli(out: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "cli/hoglet.ts")],
    write: false,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: BANNER },
    define: { HOGLET_VERSION: JSON.stringify(version) },
    legalComments: "eof",
    logLevel: "warning",
  });
  const [command] = outputFiles;
  if (!command) throw new Error("esbuild made no command");
  await writeIfChanged(join(out, "hoglet.js"), command.contents);
  await chmod(join(out, "hoglet.js"), 0o755);

  const template = join(ROOT, "cli/templates/new-plugin");
  for (const name of await readdir(template))
    await writeIfChanged(join(out, "new-plugin", name), await readFile(join(template, name)));
}
