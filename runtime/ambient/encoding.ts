import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";

/** Text encoding by the platform's own `TextEncoder` and `TextDecoder`. */
export function provideEncoding(): Capabilities["encoding"] {
  const encoder = new TextEncoder();
  return {
    name: (label) => makeDecoder(label).encoding,
    encode: (text) => encoder.encode(text),
    decode(bytes, label, fatal, ignoreBOM) {
      const decoder = makeDecoder(label, { fatal, ignoreBOM });
      try {
        return decoder.decode(bytes);
      } catch (error) {
        throw new HostError("TypeError", `The encoded data was not valid for encoding ${decoder.encoding}`, {
          cause: error,
        });
      }
    },
  };
}

function makeDecoder(
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean } = { fatal: false, ignoreBOM: false },
): TextDecoder {
  try {
    return new TextDecoder(label, options);
  } catch (error) {
    throw new HostError("RangeError", `The "${label.slice(0, 40)}" encoding is not supported`, { cause: error });
  }
}
