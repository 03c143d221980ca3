import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { buildCli } from "./build-cli.ts";
import { buildGuest } from "./build-guest.ts";
import { buildModules } from "./build-modules.ts";
import { ROOT } from "./root.ts";
import { writeIfChanged } from "./write-if-changed.ts";
import { writeImage } from "./write-image.ts";

// `npm run build`: what the Worker and the CLI take in as finished files.
const out = join(ROOT, "build");
const DEMO = "examples/hello-world";

await writeImage(out, await buildGuest());
await writeIfChanged(join(out, "modules.json"), JSON.stringify(await buildModules()));

// The plugin that a new local server comes with.
const demo = await Promise.all(
  ["plugin.json", "index.js"].map(async (name) => [name, await readFile(join(ROOT, DEMO, name), "utf8")]),
);
await writeIfChanged(join(out, "demo-plugin.json"), JSON.stringify(Object.fromEntries(demo)));

await buildCli(out);
