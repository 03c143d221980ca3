import { chacha20 } from "@noble/ciphers/chacha.js";

import { HostError } from "./host-error.ts";

/** Bytes in a key for `CallRandom`. */
export const RANDOM_KEY_BYTES = 32;
const MAX_BYTES = 65_536;

/** The randomness of one call: ChaCha20's key stream. The same key gives the same bytes, in the same order. */
export class CallRandom {
  readonly #key: Uint8Array;
  #counter = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** @param length at most 65,536, as `crypto.getRandomValues` allows */
  bytes(length: number): Uint8Array {
    if (length > MAX_BYTES) throw new HostError("QuotaExceededError", `at most ${MAX_BYTES} random bytes at a time`);
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(0, this.#counter++);
    return chacha20(this.#key, nonce, new Uint8Array(length));
  }

  /** The four words that a guest's Math.random starts from. */
  seed(): [number, number, number, number] {
    const view = new DataView(this.bytes(16).buffer);
    return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
  }
}
