import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { ROOT } from "./root.ts";

// `npm run hoglet -- ...`: the built command. npm moved to the project's folder; the paths that the user typed are
// relative to the folder where they were typed.
const command = join(ROOT, "build/hoglet.js");
if (!existsSync(command)) await import("./build.ts");
process.chdir(process.env["INIT_CWD"] ?? process.cwd());
// For what the command prints for pasting.
if (process.env["npm_lifecycle_event"] === "hoglet") process.env["HOGLET_CLONE"] = ROOT;
await import(pathToFileURL(command).href);
