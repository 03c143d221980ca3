import { CallBuffers } from "./call-buffers.ts";
import { KeptBuffers } from "./kept-buffers.ts";

/** What a plugin gathers to hand on later (`createBuffer`). */
export interface Buffers {
  /** What the host keeps. */
  kept: KeptBuffers;
  /** What it does not. */
  calls: CallBuffers;
}

export const makeBuffers = (): Buffers => ({ kept: new KeptBuffers(), calls: new CallBuffers() });
