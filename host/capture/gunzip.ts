import { gunzipSync } from "node:zlib";
import { CaptureError } from "./capture-error.ts";

/** Whether the bytes begin as gzip does, whatever any header or parameter says about them. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The gunzipped bytes, at most `limit` of them; inflating stops at the limit.
 *
 * Not a DecompressionStream: workerd's inflates all that is written to it at once and ignores backpressure, so a
 * bomb would fill the isolate's memory before its first byte could be counted.
 *
 * @throws {CaptureError} 413 over the limit, 400 when the data is no complete gzip.
 */
export function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  const chunkSize = Math.min(256 * 1024, Math.max(1024, bytes.length * 4));
  try {
    return gunzipSync(bytes, { maxOutputLength: limit, chunkSize });
  } catch (cause) {
    if (cause instanceof RangeError) throw CaptureError.bodyTooLarge();
    const reason = cause instanceof Error ? cause.message : "Unknown error";
    throw CaptureError.notDecompressed(`The gzip data is broken: ${reason}.`);
  }
}
