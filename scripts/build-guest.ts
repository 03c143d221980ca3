import { join } from "node:path";

import { build } from "esbuild";
import type { BuildOptions } from "esbuild";

import { ROOT } from "./root.ts";

/** Packages that the guest library stands on. */
const PACKAGES = ["buffer"];

const OPTIONS = {
  inject: [join(ROOT, "runtime/guest/globals/buffer.ts")],
  write: false,
  bundle: true,
  minify: true,
  format: "cjs",
  target: "es2023",
  platform: "neutral",
  mainFields: ["module", "main"],
  logLevel: "warning",
} satisfies BuildOptions;

/**
 * Bundles the code that runs inside QuickJS. The value of each script is a function that takes what the function of the script before
 * returned; the last one returns `boot`. Two scripts take less memory to compile than one, and what that leaves unused stays with every
 * sandbox.
 */
export async function buildGuest(): Promise<string[]> {
  const exported = PACKAGES.map((name) => `${JSON.stringify(name)}: require(${JSON.stringify(name)})`);
  const packages = await bundle({
    stdin: { contents: `module.exports = { ${exported.join()} }`, resolveDir: ROOT },
    banner: { js: "(() => { const module = {};" },
    footer: { js: "return module.exports; })" },
  });
  const library = await bundle({
    entryPoints: [join(ROOT, "runtime/guest/main.ts")],
    external: PACKAGES,
    banner: { js: "(packages => { const module = {}, require = name => packages[name];" },
    footer: { js: "return module.exports.boot; })" },
  });
  return [packages, library];
}

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...OPTIONS, ...options });
  const [script] = outputFiles ?? [];
  if (!script) throw new Error("esbuild made no guest script");
  return script.text;
}
