import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestUint8Array } from "../primordials.ts";

/** Views whose every bit pattern is a value of theirs. */
type IntegerView = Exclude<ArrayBufferView, DataView>;

const UUID_BYTES = 16;
/** Where the dashes stand: before these bytes. */
const GROUPS = [4, 6, 8, 10];

/**
 * The global `crypto`. What is random in it follows from the event, so that an event that is run again gets the same.
 * @param requireCrypto gives the module `crypto`, which has `subtle`
 */
export function makeCrypto(host: Capabilities["crypto"], requireCrypto: () => unknown) {
  return {
    get subtle(): unknown {
      return (requireCrypto() as { subtle: unknown }).subtle;
    },

    getRandomValues<View extends IntegerView>(view: View): View {
      if (!ArrayBuffer.isView(view) || view instanceof DataView || view.constructor.name.startsWith("Float"))
        throw new TypeError("crypto.getRandomValues needs a typed array of integers");
      const bytes = new GuestUint8Array(view.buffer, view.byteOffset, view.byteLength);
      bytes.set(host.random(view.byteLength));
      return view;
    },

    /** A version 4 UUID. */
    randomUUID(): string {
      const bytes = host.random(UUID_BYTES);
      let text = "";
      for (let i = 0; i < UUID_BYTES; i++) {
        let byte = bytes[i] ?? 0;
        if (i === 6) byte = (byte & 0x0f) | 0x40;
        if (i === 8) byte = (byte & 0x3f) | 0x80;
        text += (GROUPS.includes(i) ? "-" : "") + (byte < 16 ? "0" : "") + byte.toString(16);
      }
      return text;
    },
  };
}
