import { existsSync } from "node:fs";
import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "./root.ts";
import { UserError, runScript } from "./user-error.ts";

// `npm pack` and `npm publish` call this before and after: the package holds the built command alone, which needs no
// other package, and npm reads what to declare from package.json in this folder and from nowhere else.
const manifest = join(ROOT, "package.json");
const original = join(ROOT, "build/package.json.original");

/** What a reader of the package has a use for. */
const PUBLISHED = [
  "name",
  "version",
  "description",
  "license",
  "type",
  "engines",
  "bin",
  "exports",
  "files",
  "repository",
];

/** A pack that was cut off has left the original where a later one puts it back. */
async function restore(): Promise<void> {
  if (existsSync(original)) await rename(original, manifest);
}

async function prepare(): Promise<void> {
  await restore();
  await import("./build.ts");
  const given = JSON.parse(await readFile(manifest, "utf8")) as Record<string, unknown>;
  await copyFile(manifest, original);
  const published = Object.fromEntries(Object.entries(given).filter(([key]) => PUBLISHED.includes(key)));
  await writeFile(manifest, `${JSON.stringify(published, null, 2)}\n`);
}

await runScript(async () => {
  const [step] = process.argv.slice(2);
  if (step === "prepare") await prepare();
  else if (step === "restore") await restore();
  else throw new UserError("npm calls this by itself: run `npm pack`");
});
