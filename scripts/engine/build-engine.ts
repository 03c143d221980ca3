import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../root.ts";
import { writeIfChanged } from "../write-if-changed.ts";

/** quickjs-emscripten 0.32.0, release-sync: the one binary that the steps know. */
const PUBLISHED = "node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm";
const PUBLISHED_SHA256 = "105c3bed22d457e43e3d1c3c1c6959fda62a8fe06f0fc8a985303c3a2be72232";

/** Makes Hoglet's engine out of the published one. */
export async function buildEngine(): Promise<Uint8Array> {
  const published = await readFile(join(ROOT, PUBLISHED));
  const hash = sha256(published);
  if (hash !== PUBLISHED_SHA256)
    throw new Error(
      `${PUBLISHED} is not the binary that scripts/engine knows (SHA-256 ${hash}): its constants must be found anew`,
    );
  const { shrinkStack } = await import("./shrink-stack.ts");
  const { trackRejections } = await import("./track-rejections.ts");
  return trackRejections(shrinkStack(published));
}

/** Writes `engine.wasm` into a folder, unless the one that is there was made by the same steps. */
export async function writeEngine(out: string): Promise<void> {
  const key = await keyOfSteps();
  const [present, made] = await Promise.all(
    ["engine.key", "engine.wasm"].map((name) => readFile(join(out, name), "utf8").catch(() => undefined)),
  );
  if (present === key && made !== undefined) return;
  await writeIfChanged(join(out, "engine.wasm"), await buildEngine());
  await writeIfChanged(join(out, "engine.key"), key);
}

/** Changes whenever a step does; the published binary is pinned in one of them. */
async function keyOfSteps(): Promise<string> {
  const folder = import.meta.dirname;
  const steps = (await readdir(folder)).toSorted();
  const sources = await Promise.all(steps.map((name) => readFile(join(folder, name))));
  return sha256(Buffer.concat(sources));
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
