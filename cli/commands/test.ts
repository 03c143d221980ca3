import { readdir, writeFile } from "node:fs/promises";
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { compareRun } from "../case/compare.ts";
import { isObject } from "../../host/is-object.ts";
import { expectOf, updatedExpect, withExpect } from "../case/expect-of.ts";
import { readCase } from "../case/read-case.ts";
import { runCase } from "../case/run-case.ts";
import { LoadError, UsageError } from "../errors.ts";
import { shellWord } from "../invocation.ts";
import { loadPlugin } from "../plugin/load-plugin.ts";
import { printDifferences } from "../print/differences.ts";
import { notesOn } from "../run/notes.ts";
import { shorten } from "../print/shorten.ts";
import type { Terminal } from "../terminal.ts";
import { watchFolder } from "../watch-folder.ts";

type Verdict = "green" | "red" | "updated";

/** `hoglet test`: 0 when every case of the plugin is as expected, 1 when one is not. */
export async function test(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { watch: { type: "boolean", default: false }, update: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError("name one plugin's folder: hoglet test <dir>");
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder} is not a folder`);
  if (!values.watch) return testFolder(folder, values.update, terminal);
  let status = 0;
  await watchFolder(folder, async () => {
    terminal.print("");
    try {
      status = await testFolder(folder, values.update, terminal);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.complain(error.message);
      status = 2;
    }
    terminal.print(terminal.colours.dim(`watching ${folder}; end with Ctrl+C`));
  });
  return status;
}

async function testFolder(folder: string, isUpdate: boolean, terminal: Terminal): Promise<number> {
  const paths = await findCases(folder);
  if (paths.length === 0) throw new UsageError(`${folder} has no case: there is no file that ends in .case.json`);
  const verdicts: Verdict[] = [];
  for (const path of paths) verdicts.push(await testCase(folder, path, isUpdate, terminal));
  const counts = (["green", "red", "updated"] as const).map(
    (kind) => [kind, verdicts.filter((verdict) => verdict === kind).length] as const,
  );
  terminal.print("", counts.flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : [])).join(", "));
  return verdicts.includes("red") ? 1 : 0;
}

/** Every case below a folder, in order; not those of installed packages or in hidden folders. */
async function findCases(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : findCases(path);
      return entry.name.endsWith(".case.json") ? [path] : [];
    }),
  );
  return found.flat().sort();
}

/**
 * The plugin that a case belongs to: the nearest folder above it that has a plugin.json, else the nearest with an index file,
 * as a test needs no plugin.json, else the folder that is tested.
 */
function pluginOf(path: string, folder: string): string {
  const above = [resolve(folder)];
  for (let parent = resolve(dirname(path)); parent !== above.at(-1); parent = dirname(parent))
    above.splice(-1, 0, parent);
  const nearestWith = (...names: string[]) =>
    above.find((parent) => names.some((name) => existsSync(join(parent, name))));
  return nearestWith("plugin.json") ?? nearestWith("index.js", "index.ts") ?? folder;
}

async function testCase(folder: string, path: string, isUpdate: boolean, terminal: Terminal): Promise<Verdict> {
  const { colours, print } = terminal;
  const name = relative(folder, path);
  const tell = (verdict: Verdict, lines: readonly string[] = []): Verdict => {
    const mark = verdict === "red" ? colours.removed("✗") : colours.added(verdict === "green" ? "✓" : "✎");
    print(`${mark} ${name}`, ...lines.map((line) => (line === "" ? "" : `    ${line}`)));
    return verdict;
  };
  try {
    const file = await readCase(path);
    const plugin = await loadPlugin(pluginOf(path, folder), file.case.entryFile);
    const run = await runCase(plugin, file);
    const { output } = run;
    const notes = notesOn(run).map((note) => colours.changed(`note: ${note}`));
    const { expect } = file.case;
    const differences = expect && isObject(expect) ? compareRun(expect, output) : undefined;
    if (differences?.length === 0) return tell("green", notes);
    if (!isUpdate)
      return tell("red", [
        ...(differences
          ? printDifferences(differences, colours)
          : [
              `nothing is expected yet: ${terminal.hoglet(process.cwd())} test ${shellWord(folder)} --update writes what happens`,
            ]),
        ...notes,
      ]);
    const updated = expect === undefined ? expectOf(output) : updatedExpect(expect, output);
    await writeFile(path, withExpect(file.raw, updated));
    return tell("updated", notes);
  } catch (error) {
    if (error instanceof LoadError) return tell("red", error.explanation.split("\n"));
    if (error instanceof UsageError) return tell("red", [shorten(error.message, 2000)]);
    throw error;
  }
}
