import type { VirtualMachine } from "./boot.ts";
import type { Handle } from "./exports.ts";
import { engineImports } from "./imports.ts";

/** The functions that the guest library hands to its host; `runtime/guest/main.ts` has them. */
export const GUEST_FUNCTIONS = [
  "prepare",
  "discover",
  "call",
  "callWithCopy",
  "callWithEvent",
  "settle",
  "finish",
  "describe",
  "cancelUnref",
] as const;
export type GuestFunction = (typeof GUEST_FUNCTIONS)[number];

/** What there is to know of a booted engine besides its memory. */
export interface ImageFacts extends VirtualMachine {
  /** Pages of linear memory that it held. */
  pages: number;
  guest: Record<GuestFunction, Handle>;
}

/** A booted engine as one WebAssembly module: an instance of it goes on where the build stopped. */
export interface Image extends ImageFacts {
  module: WebAssembly.Module;
}

/** The custom section of an image that holds its facts, as JSON. */
export const FACTS_SECTION = "hoglet-image";

const memories = new WeakMap<Image, Uint8Array>();

/** The memory with which an image starts. */
export function memoryOf(image: Image): Uint8Array {
  const known = memories.get(image);
  if (known) return known;
  const nobody = { now: () => 0, utcOffset: () => 0 };
  const memory = new WebAssembly.Memory({ initial: image.pages, maximum: 32_768 });
  const imports = engineImports(memory, {
    clock: nobody,
    callHost: () => 0,
    grow: () => false,
    onRejection: () => undefined,
  });
  void new WebAssembly.Instance(image.module, imports);
  const bytes = new Uint8Array(memory.buffer);
  memories.set(image, bytes);
  return bytes;
}

/** Reads an image that `npm run build` made. */
export function openImage(module: WebAssembly.Module): Image {
  const [section] = WebAssembly.Module.customSections(module, FACTS_SECTION);
  if (!section) throw new Error(`the module has no section ${FACTS_SECTION}: it is no image. Run \`npm run build\``);
  return { module, ...(JSON.parse(new TextDecoder().decode(section)) as ImageFacts) };
}
