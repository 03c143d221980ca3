import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";

/** Text encoding by the platform's own `TextEncoder` and `TextDecoder`. */
export function provideEncoding(): Capabilities["encoding"] {
  const encoder = new TextEncoder();
  return {
    encode: (text) => encoder.encode(text),
    decode(bytes, label, fatal, ignoreBOM) {
      try {
        return new TextDecoder(label, { fatal, ignoreBOM }).decode(bytes);
      } catch (error) {
        const name = error instanceof RangeError ? "RangeError" : "TypeError";
        throw new HostError(name, `The bytes are not ${label}, or ${label} is not an encoding`, { cause: error });
      }
    },
  };
}
