import { createHash, randomBytes } from "node:crypto";

import { RANDOM_KEY_BYTES } from "../../runtime/random.ts";

/**
 * A maker of keys, one for each call, that the calls' randomness follows from.
 * @param seed the same seed gives the same keys in the same order; undefined gives unpredictable ones
 */
export function randomKeys(seed: string | undefined): () => Uint8Array {
  if (seed === undefined) return () => randomBytes(RANDOM_KEY_BYTES);
  let calls = 0;
  return () => createHash("sha256").update(`${seed}\n${calls++}`).digest();
}
