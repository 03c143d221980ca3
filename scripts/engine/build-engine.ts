import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type binaryen from "binaryen";

import { ROOT } from "../root.ts";

/** quickjs-emscripten 0.32.0, release-sync: the one binary that the steps know. */
const PUBLISHED = "node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm";
export const PUBLISHED_SHA256 = "105c3bed22d457e43e3d1c3c1c6959fda62a8fe06f0fc8a985303c3a2be72232";
/** The JavaScript beside it, which knows the names of its exports. */
const GLUE = "node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.mjs";

/** The published binary, whatever its version is, and the JavaScript beside it. */
export async function readInstalled(): Promise<{ wasm: Uint8Array; sha256: string; glue: string }> {
  const wasm = await readFile(join(ROOT, PUBLISHED));
  const sha256 = createHash("sha256").update(wasm).digest("hex");
  return { wasm, sha256, glue: await readFile(join(ROOT, GLUE), "utf8") };
}

/** The published binary that the steps know. */
export async function readPublished(): Promise<{ wasm: Uint8Array; glue: string }> {
  const { wasm, sha256: hash, glue } = await readInstalled();
  if (hash !== PUBLISHED_SHA256)
    throw new Error(
      `${PUBLISHED} is not the binary that scripts/engine knows (SHA-256 ${hash}): its constants must be found anew, see docs/engine.md`,
    );
  return { wasm, glue };
}

/**
 * Makes Hoglet's engine out of the published one: a small stack, named exports, a fuel counter, a hook for rejected promises.
 * @param countFuel the benchmark's, which measures what counting costs, in place of the step that every engine needs
 */
export async function buildEngine(countFuel?: (module: binaryen.Module) => void): Promise<Uint8Array> {
  const { wasm, glue } = await readPublished();
  const { default: binaryen } = await import("binaryen");
  const { meter } = await import("./meter.ts");
  const { nameExports } = await import("./name-exports.ts");
  const { shrinkStack } = await import("./shrink-stack.ts");
  const { trackRejections } = await import("./track-rejections.ts");
  const module = binaryen.readBinary(shrinkStack(wasm));
  module.setFeatures(binaryen.Features.All);
  nameExports(module, glue);
  (countFuel ?? meter)(module);
  trackRejections(module);
  module.runPasses(["remove-unused-module-elements"]);
  if (!module.validate()) throw new Error("the engine is not valid after scripts/engine's steps");
  return module.emitBinary();
}
