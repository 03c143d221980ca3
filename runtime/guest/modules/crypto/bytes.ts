import { Buffer } from "buffer";

import { GuestTypeError, GuestUint8Array } from "../../primordials.ts";

/** Views, buffers, and texts in an encoding of Buffer's. */
export type BytesLike = string | ArrayBufferView | ArrayBuffer;
export type Encoding = Parameters<Buffer["toString"]>[0];

const SPELLINGS: Readonly<Record<string, Encoding>> = { buffer: "utf8", base64url: "base64" };

/** A copy of the bytes of a value. @param name of the argument, for the error when it holds none */
export function toBytes(value: unknown, encoding: Encoding, name: string): Uint8Array {
  if (typeof value === "string") return Buffer.from(value, SPELLINGS[encoding as string] ?? encoding);
  if (ArrayBuffer.isView(value))
    return new GuestUint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength).slice();
  if (value instanceof ArrayBuffer) return new GuestUint8Array(value.slice(0));
  throw new GuestTypeError(
    `The "${name}" argument must be of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`,
  );
}

/** Bytes as Node gives them out: a Buffer, or a text where an encoding is named. */
export function fromBytes(bytes: Uint8Array, encoding: unknown): Buffer | string {
  // The package behind Buffer is older than this encoding, but reads it as base64.
  if (encoding === "base64url")
    return (fromBytes(bytes, "base64") as string).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  return encoding === undefined || encoding === null || encoding === "buffer"
    ? buffer
    : buffer.toString(encoding as Encoding);
}

/** What is handed over piece by piece, and asked for as one. */
export class Pieces {
  #pieces: Uint8Array[];

  constructor(pieces: readonly Uint8Array[] = []) {
    this.#pieces = [...pieces];
  }

  add(data: unknown, encoding: Encoding): void {
    this.#pieces.push(toBytes(data, encoding, "data"));
  }

  copy(): Pieces {
    return new Pieces(this.#pieces);
  }

  join(): Uint8Array {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] as Uint8Array;
  }
}
