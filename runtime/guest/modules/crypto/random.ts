import { Buffer } from "buffer";

import type { Bound } from "../../bind.ts";
import { GuestUint8Array, GuestRangeError } from "../../primordials.ts";
import { withCallback } from "./callback.ts";

/** Bytes that the host gives at a time. */
const AT_A_TIME = 65_536;
const TWO_TO_48 = 2 ** 48;

/** Random numbers that follow from the event: one that is run again gets the same. */
export function makeRandom(host: Bound<"crypto">) {
  const fill = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += AT_A_TIME)
      bytes.set(host.random(Math.min(AT_A_TIME, bytes.length - at)), at);
  };
  const randomInt = (min: number, max: number): number => {
    const range = max - min;
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || range <= 0 || range >= TWO_TO_48)
      throw new GuestRangeError(`The value of "max" is out of range: it must be a whole number above ${min}`);
    // Draws that would favour small numbers are not taken.
    const end = TWO_TO_48 - (TWO_TO_48 % range);
    for (;;) {
      const drawn = Buffer.from(host.random(6)).readUIntBE(0, 6);
      if (drawn < end) return min + (drawn % range);
    }
  };
  return {
    randomBytes: (size: number, callback?: unknown): unknown =>
      withCallback(callback, () => {
        const bytes = Buffer.alloc(size);
        fill(bytes);
        return bytes;
      }),
    randomFillSync<View extends ArrayBufferView>(view: View): View {
      fill(new GuestUint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength));
      return view;
    },
    randomInt(...args: unknown[]): unknown {
      const callback = typeof args.at(-1) === "function" ? args.pop() : undefined;
      const [min, max] = args.length > 1 ? args : [0, args[0]];
      return withCallback(callback, () => randomInt(min as number, max as number));
    },
  };
}
