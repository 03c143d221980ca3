import type { Pointer } from "./exports.ts";

/** Texts up to this long are put together character by character, which is faster than asking a decoder. */
const SHORT = 48;
/** How many characters are handed to `String.fromCharCode` at a time: each is an argument. */
const CHUNK = 4096;

const utf8 = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Reads texts out of linear memory, halves of surrogate pairs and all. */
export class TextReader {
  readonly #bytes: Uint8Array;
  readonly #units: Uint16Array;

  constructor(memory: ArrayBufferLike) {
    this.#bytes = new Uint8Array(memory);
    this.#units = new Uint16Array(memory);
  }

  utf8(at: Pointer, length: number): string {
    return utf8.decode(this.#bytes.subarray(at, at + length));
  }

  latin1(at: Pointer, length: number): string {
    if (length <= SHORT) {
      let text = "";
      for (let i = at; i < at + length; i++) text += String.fromCharCode(this.#bytes[i] ?? 0);
      return text;
    }
    const bytes = this.#bytes.subarray(at, at + length);
    // Most texts are ASCII, which is UTF-8 as it stands: then every byte has become a character, and none was malformed.
    const text = utf8.decode(bytes);
    return text.length === length && !text.includes("\ufffd") ? text : fromUnits(bytes);
  }

  /** Whether the text that begins at an address goes on as this one. */
  equals(at: Pointer, text: string, isWide: boolean): boolean {
    const units = isWide ? this.#units : this.#bytes;
    const first = isWide ? at / 2 : at;
    for (let i = 0; i < text.length; i++) if (units[first + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  utf16(at: Pointer, length: number): string {
    return fromUnits(this.#units.subarray(at / 2, at / 2 + length));
  }
}

function fromUnits(units: Uint8Array | Uint16Array): string {
  let text = "";
  for (let i = 0; i < units.length; i += CHUNK) text += String.fromCharCode(...units.subarray(i, i + CHUNK));
  return text;
}
