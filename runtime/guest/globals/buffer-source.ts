import { GuestTypeError, GuestUint8Array } from "../primordials.ts";

const { isView } = ArrayBuffer;
const GuestArrayBuffer = ArrayBuffer;

/** Whether a value is what the web calls a BufferSource: an ArrayBuffer, or any view of one. */
export function isBufferSource(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return isView(value) || value instanceof GuestArrayBuffer;
}

/**
 * The bytes of a BufferSource, not copied.
 * @throws {TypeError} for anything else
 */
export function bytesOf(value: unknown): Uint8Array {
  if (isView(value)) return new GuestUint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  if (value instanceof GuestArrayBuffer) return new GuestUint8Array(value);
  throw new GuestTypeError("expected an ArrayBuffer or a view of one");
}
