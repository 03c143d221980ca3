import { Buffer } from "buffer";

/** The bytes of a BufferSource, or of the UTF-8 text of anything else. */
export function toBytes(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  return Buffer.from(String(value), "utf8");
}
