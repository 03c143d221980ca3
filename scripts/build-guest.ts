import { join } from "node:path";

import { build } from "esbuild";

import { ROOT } from "./root.ts";

/** Bundles the code that runs inside QuickJS to one script whose completion value is its `boot` function. */
export async function buildGuest(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "runtime/guest/main.ts")],
    inject: [join(ROOT, "runtime/guest/globals/buffer.ts")],
    write: false,
    bundle: true,
    minify: true,
    format: "cjs",
    banner: { js: "(module => {" },
    footer: { js: "return module.exports.boot; })({})" },
    target: "es2023",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "warning",
  });
  const [script] = outputFiles;
  if (!script) throw new Error("esbuild made no guest script");
  return script.text;
}
