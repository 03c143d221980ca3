import { readFile } from "node:fs/promises";

import type { Image } from "../runtime/sandbox.ts";
import { asset } from "./assets.ts";

let image: Promise<Image> | undefined;

/** The engine and the code that runs in it before a plugin's, read once. */
export function loadImage(): Promise<Image> {
  image ??= readImage();
  return image;
}

async function readImage(): Promise<Image> {
  const [wasm, guest] = await Promise.all([readFile(asset("engine.wasm")), readFile(asset("guest.js"), "utf8")]);
  return { wasm: await WebAssembly.compile(wasm), guest };
}
