import { mkdir, readFile, readdir, realpath, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

import { TYPES, asset } from "../assets.ts";
import { UsageError } from "../errors.ts";
import { shellWord } from "../invocation.ts";
import type { Terminal } from "../terminal.ts";

/** Where the template's own tsconfig.json, which is one of this project, finds the types. */
const TYPES_OF_TEMPLATE = "../../../types";

/** `hoglet new`: a small plugin that works, in a folder of its own. */
export async function newPlugin(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { positionals } = parseArgs({ args: [...argv], options: {}, allowPositionals: true });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError("name one folder: hoglet new <dir>");
  const root = resolve(folder);
  await makeEmpty(root, folder);
  const template = asset("new-plugin/");
  const types = (await pathToTypes(root)).replaceAll(sep, "/");
  for (const name of await readdir(template)) {
    const text = await readFile(new URL(name, template), "utf8");
    const filled = text
      .replaceAll("{{name}}", () => nameFor(root, name))
      .replaceAll("{{hoglet}}", () => terminal.hoglet(root))
      .replaceAll(TYPES_OF_TEMPLATE, () => JSON.stringify(types).slice(1, -1));
    await writeFile(join(root, name), filled);
    terminal.print(`${terminal.colours.added("+")} ${join(folder, name)}`);
  }
  terminal.print("", `try it: ${terminal.hoglet(process.cwd())} test ${shellWord(folder)}`);
  return 0;
}

async function makeEmpty(root: string, folder: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot make ${folder}: ${(error as Error).message}`, { cause: error });
  }
  if ((await readdir(root)).length > 0) throw new UsageError(`${folder} is not empty; name a new folder`);
}

/** A folder that is reached through a link has two sets of parents, so that no relative path is right for both. */
async function pathToTypes(root: string): Promise<string> {
  return (await realpath(root)) === root ? relative(root, TYPES) : TYPES;
}

/** The plugin is called as its folder is; in JSON, as JSON has it. */
function nameFor(root: string, file: string): string {
  const name = basename(root).slice(0, 200) || "my-plugin";
  return file.endsWith(".json") ? JSON.stringify(name).slice(1, -1) : name;
}
