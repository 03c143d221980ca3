import { createHash, randomBytes } from "node:crypto";

import { RANDOM_KEY_BYTES } from "../../runtime/random.ts";

/**
 * A maker of keys, one for each call, that the calls' randomness follows from.
 * @param seed the same seed gives the same keys in the same order; undefined gives unpredictable ones
 * @param given the first keys, instead
 */
export function randomKeys(seed: string | undefined, given: readonly Uint8Array[] = []): () => Uint8Array {
  const rest = seed === undefined ? () => randomBytes(RANDOM_KEY_BYTES) : seeded(seed);
  let next = 0;
  return () => given[next++] ?? rest();
}

function seeded(seed: string): () => Uint8Array {
  let calls = 0;
  return () => createHash("sha256").update(`${seed}\n${calls++}`).digest();
}
