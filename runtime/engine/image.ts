import type { VirtualMachine } from "./boot.ts";
import type { Handle } from "./exports.ts";

/** The functions that the guest library hands to its host; `runtime/guest/main.ts` has them. */
export const GUEST_FUNCTIONS = [
  "prepare",
  "discover",
  "call",
  "callWithEvent",
  "settle",
  "finish",
  "describe",
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

/** Reads an image that `npm run build` made. */
export function openImage(module: WebAssembly.Module): Image {
  const [section] = WebAssembly.Module.customSections(module, FACTS_SECTION);
  if (!section) throw new Error(`the module has no section ${FACTS_SECTION}: it is no image. Run \`npm run build\``);
  return { module, ...(JSON.parse(new TextDecoder().decode(section)) as ImageFacts) };
}
