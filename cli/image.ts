import { readFile } from "node:fs/promises";

import { openImage } from "../runtime/engine/image.ts";
import type { Image } from "../runtime/engine/image.ts";
import { asset } from "./assets.ts";

let image: Promise<Image> | undefined;

/** What every sandbox starts from, read once. */
export function loadImage(): Promise<Image> {
  image ??= readImage();
  return image;
}

async function readImage(): Promise<Image> {
  return openImage(await WebAssembly.compile(await readFile(asset("image.wasm"))));
}
