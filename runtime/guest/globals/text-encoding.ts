import { Buffer } from "buffer";

import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestString, GuestTypeError, GuestUint8Array } from "../primordials.ts";
import { bytesOf } from "./buffer-source.ts";
import { incompleteTail } from "./utf8-tail.ts";

let host: Capabilities["encoding"];

/** @param encoding what all text encoding of this sandbox stands on */
export function connectEncoding(encoding: Capabilities["encoding"]): void {
  host = encoding;
}

/** Characters of a text that is encoded here: asking the host takes as long as this, and a call may ask it so many times only. */
const SHORT = 32;

/** UTF-8; halves of surrogate pairs become replacement characters. */
export const encodeUtf8 = (text: string): Uint8Array =>
  text.length > SHORT ? host.encode(text) : new GuestUint8Array(Buffer.from(text, "utf8"));

/** Without a byte order mark at the start; what is no UTF-8 becomes replacement characters. */
export const decodeUtf8 = (bytes: Uint8Array): string => host.decode(bytes, "utf-8", false, false);

/** The WHATWG `TextEncoder` class. */
export class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }

  encode(text: unknown = ""): Uint8Array {
    return encodeUtf8(GuestString(text));
  }

  encodeInto(text: unknown, target: unknown): { read: number; written: number } {
    if (!(target instanceof GuestUint8Array)) throw new GuestTypeError("encodeInto needs a Uint8Array to write to");
    const source = GuestString(text);
    const bytes = encodeUtf8(source);
    const written = bytes.length > target.length ? wholeCharacters(bytes, target.length) : bytes.length;
    target.set(bytes.subarray(0, written));
    // A character of four bytes is two of JavaScript's, any other is one.
    let read = 0;
    for (let i = 0; i < written; i++) {
      const byte = bytes[i] ?? 0;
      read += byte >= 0xf0 ? 2 : (byte & 0xc0) === 0x80 ? 0 : 1;
    }
    return { read, written };
  }

  get [Symbol.toStringTag](): string {
    return "TextEncoder";
  }
}

/** The largest number of bytes up to a limit that ends no character in its middle. */
function wholeCharacters(bytes: Uint8Array, limit: number): number {
  let end = limit;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/** The WHATWG `TextDecoder` class over the host's. */
export class TextDecoder {
  readonly #encoding: string;
  readonly #fatal: boolean;
  readonly #ignoreBom: boolean;
  #held: Uint8Array = new GuestUint8Array();
  #isPastStart = false;

  constructor(label: unknown = "utf-8", options: { fatal?: unknown; ignoreBOM?: unknown } = {}) {
    this.#encoding = label === "utf-8" || label === "utf8" ? "utf-8" : host.name(GuestString(label));
    this.#fatal = Boolean(options.fatal);
    this.#ignoreBom = Boolean(options.ignoreBOM);
  }

  get encoding(): string {
    return this.#encoding;
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBom;
  }

  decode(input?: unknown, options: { stream?: unknown } = {}): string {
    const stream = Boolean(options.stream);
    const bytes = join(this.#held, input === undefined ? new GuestUint8Array() : bytesOf(input));
    const end = stream ? bytes.length - this.#heldBack(bytes) : bytes.length;
    const isPastStart = this.#isPastStart;
    this.#held = stream ? bytes.slice(end) : new GuestUint8Array();
    this.#isPastStart = stream && (isPastStart || end > 0);
    return host.decode(bytes.subarray(0, end), this.#encoding, this.#fatal, this.#ignoreBom || isPastStart);
  }

  get [Symbol.toStringTag](): string {
    return "TextDecoder";
  }

  /** How many bytes wait for the next chunk: those of a character that is not whole. In encodings other than UTF-8 all do. */
  #heldBack(bytes: Uint8Array): number {
    return this.#encoding === "utf-8" ? incompleteTail(bytes) : bytes.length;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new GuestUint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
