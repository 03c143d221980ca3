import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "./root.ts";
import { UserError, runScript } from "./user-error.ts";

const PAGE = "docs/plugin-types.md";

const INTRODUCTION = `# Plugin types

Everything that a plugin can have, get and call. This page is made from [types/](../types), which the package \`hoglet\` brings along:

\`\`\`ts
import type { Plugin, PluginEvent, PluginMeta } from "hoglet";
\`\`\`

They are types alone, with the names that \`@posthog/plugin-scaffold\` has for them, so that a plugin for PostHog is checked by them as it is.
[build-your-own.md](build-your-own.md#types) says how to set \`tsc\` up.
`;

/** The files, in the order in which one reads them. */
const SECTIONS = {
  "plugin.d.ts": "Functions",
  "event.d.ts": "Events",
  "meta.d.ts": "Meta",
  "cache.d.ts": "meta.cache",
  "storage.d.ts": "meta.storage and meta.utils.cursor",
  "jobs.d.ts": "meta.jobs",
  "metrics.d.ts": "meta.metrics",
  "geoip.d.ts": "meta.geoip",
  "request.d.ts": "meta.request",
  "posthog.d.ts": "posthog",
  "console.d.ts": "console",
  "manifest.d.ts": "plugin.json",
  "globals.d.ts": "Globals",
  "web/fetch.d.ts": "fetch and its classes",
  "web/url.d.ts": "URL",
  "web/events.d.ts": "Events and signals of the web",
  "web/buffer.d.ts": "Buffer",
  "web/encoding.d.ts": "TextEncoder and TextDecoder",
  "web/crypto.d.ts": "crypto",
  "web/runtime.d.ts": "Timers, performance and process",
};

/** These only pass on what the others declare. */
const NAMES_ONLY = ["index.d.ts", "scaffold.d.ts"];

/** The page, from the declarations as they are. */
async function makePage(): Promise<string> {
  const folder = join(ROOT, "types");
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".d.ts"));
  const unknown = files.find((name) => !(name in SECTIONS) && !NAMES_ONLY.includes(name));
  if (unknown !== undefined) throw new UserError(`types/${unknown} has no section: add it to scripts/plugin-types.ts`);
  const sections = Object.entries(SECTIONS).map(async ([name, heading]) => {
    const text = await readFile(join(folder, name), "utf8");
    const declarations = text.replace(/^import [^;]*;\n/gm, "").trim();
    return `\n## ${heading}\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
  });
  return [INTRODUCTION, ...(await Promise.all(sections))].join("");
}

// `npm run docs:types` writes the page; with `-- --check` it fails when the page is not what would be written.
await runScript(async () => {
  const page = await makePage();
  if (!process.argv.includes("--check")) await writeFile(join(ROOT, PAGE), page);
  else if ((await readFile(join(ROOT, PAGE), "utf8")) !== page)
    throw new UserError(`${PAGE} is stale: run \`npm run docs:types\` and commit the result`);
});
