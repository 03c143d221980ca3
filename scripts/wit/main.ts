import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { generate } from "./generate.ts";

// `npm run wit` writes wit/generated; `npm run wit -- --check` fails when what is there is not what would be written.
const root = join(import.meta.dirname, "../..");
const out = join(root, "wit/generated");
const generated = await generate(join(root, "wit"));

if (process.argv.includes("--check")) {
  const present = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const stale = new Set(present.map((entry) => relative(out, join(entry.parentPath, entry.name))));
  for (const [path, text] of generated)
    if (stale.has(path) && (await readFile(join(out, path), "utf8")) === text) stale.delete(path);
    else stale.add(path);
  if (stale.size > 0) {
    console.error(`wit/generated is stale: ${[...stale].join(", ")}\nRun \`npm run wit\` and commit the result.`);
    process.exit(1);
  }
} else {
  await rm(out, { recursive: true, force: true });
  for (const [path, text] of generated) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), text);
  }
}
