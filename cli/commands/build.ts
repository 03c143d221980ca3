import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { LoadError, UsageError } from "../errors.ts";
import { checkScript } from "../plugin/check-script.ts";
import { readUtf8 } from "../plugin/folder.ts";
import { loadPlugin } from "../plugin/load-plugin.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import type { Terminal } from "../terminal.ts";

const CODE = "index.js";
const MANIFEST = "plugin.json";

/** `hoglet build`: 0 when a plugin was written as what a server installs as it is, 1 when it could not be loaded. */
export async function build(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { out: { type: "string" } },
    allowPositionals: true,
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError("name one plugin's folder: hoglet build <dir>");
  const out = values.out ?? join(folder, "dist");
  try {
    const plugin = await loadPlugin(folder);
    const files = filesOf(plugin, out);
    await checkScript(plugin);
    for (const [path, text] of files) {
      await writeTo(path, text);
      terminal.print(`${terminal.colours.added("+")} ${path}`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    terminal.complain(error.explanation);
    return 1;
  }
}

function filesOf({ root, compiled }: LoadedPlugin, out: string): [path: string, text: string][] {
  if (out.endsWith(".js")) return [[out, compiled.code]];
  if (resolve(out) === root) throw new UsageError(`--out ${out} is the plugin's own folder: name another`);
  const manifest = readUtf8(join(root, MANIFEST));
  const code: [string, string] = [join(out, CODE), compiled.code];
  return manifest === undefined ? [code] : [[join(out, MANIFEST), withMain(manifest)], code];
}

const withMain = (manifest: string): string =>
  `${JSON.stringify({ ...(JSON.parse(manifest) as object), main: CODE }, null, 2)}\n`;

async function writeTo(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
