import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { buildEngine } from "./engine/build-engine.ts";
import { makeImage } from "./engine/image.ts";
import { ROOT } from "./root.ts";
import { writeIfChanged } from "./write-if-changed.ts";

/** Folders whose files decide about the engine, and about the image that is made of it and of the guest library. */
const STEPS = ["scripts/engine", "runtime/engine"];

/** Writes `image.wasm` into a folder, unless the one that is there was made by the same steps. */
export async function writeImage(out: string, guest: readonly string[]): Promise<void> {
  const key = await keyOf(guest);
  const [present, made] = await Promise.all(
    ["image.key", "image.wasm"].map((name) => readFile(join(out, name), "utf8").catch(() => undefined)),
  );
  if (present === key && made !== undefined) return;
  await writeIfChanged(join(out, "image.wasm"), makeImage(await buildEngine(), guest));
  await writeIfChanged(join(out, "image.key"), key);
}

/** Changes whenever a step or the guest library does; the published binary is pinned in one of the steps. */
async function keyOf(guest: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(guest));
  for (const folder of STEPS)
    for (const name of await filesOf(join(ROOT, folder)))
      hash.update(name).update(await readFile(join(ROOT, folder, name)));
  return hash.digest("hex");
}

/** The files of a folder, in the order of their names. What finds constants anew lies in a folder of its own, and makes nothing. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
}
