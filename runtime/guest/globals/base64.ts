import { Buffer } from "buffer";

import { GuestString } from "../primordials.ts";
import { DOMException } from "./dom-exception.ts";

const BASE64 = /^[A-Za-z0-9+/]*$/;

/** The web's `btoa`: base64 of a text whose characters stand for bytes. */
export function btoa(text: unknown): string {
  const bytes = GuestString(text);
  if (/[^\0-\xff]/.test(bytes))
    throw new DOMException("The string contains characters outside of the Latin1 range", "InvalidCharacterError");
  return Buffer.from(bytes, "latin1").toString("base64");
}

/** The web's `atob`: white space is skipped, padding may be left out. */
export function atob(text: unknown): string {
  const packed = GuestString(text).replace(/[\t\n\f\r ]/g, "");
  const digits = packed.length % 4 === 0 ? packed.replace(/={1,2}$/, "") : packed;
  if (digits.length % 4 === 1 || !BASE64.test(digits))
    throw new DOMException("The string to be decoded is not correctly encoded", "InvalidCharacterError");
  return Buffer.from(digits, "base64").toString("latin1");
}
