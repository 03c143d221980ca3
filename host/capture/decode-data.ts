import { CaptureError } from "./capture-error.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { looksLikeJson } from "./json.ts";
import { decompressLzString } from "./lz-string.ts";
import { decodeUtf8, utf8Length } from "./utf8.ts";

/** Compressions that are recognised by what the data looks like, and so may be declared or not. */
const RECOGNISED = new Set(["", "identity", "base64", "gzip", "gzip-js"]);

/**
 * From what a client sent as data to JSON text. The data itself is believed more than what is said about it: JSON is
 * taken as JSON and gzip as gzip under any declaration, since SDKs leave the parameter out and proxies decode bodies
 * without telling. What is neither is LZString when declared `lz64`, base64 otherwise.
 *
 * @param compression as declared, in lower case; empty when not.
 * @param limit most bytes after any decompression.
 * @returns text that begins as a JSON object or array does.
 * @throws {CaptureError} 400 when there is no way to read it, 413 over the limit.
 */
export function decodeData(data: string | Uint8Array, compression: string, limit: number): string {
  const text = typeof data === "string" ? data : decodeText(data, limit);
  if (text.trim() === "") throw CaptureError.noData();
  if (looksLikeJson(text)) return text;

  // Forms turn an unescaped plus into a space.
  const encoded = text.trim().replaceAll(" ", "+");
  const decoded = compression === "lz64" ? decodeLz64(encoded, limit) : decodeBase64(encoded, limit);
  if (decoded !== null && looksLikeJson(decoded)) return decoded;

  if (compression === "lz64" || compression.startsWith("gzip")) {
    throw CaptureError.notDecompressed(`The data is not compressed with ${compression}.`);
  }
  if (!RECOGNISED.has(compression)) {
    throw CaptureError.notDecompressed("The compression is not one of gzip, gzip-js and lz64.");
  }
  throw CaptureError.invalidJson("The data is neither a JSON object or array nor base64 of one.");
}

function decodeText(bytes: Uint8Array, limit: number): string {
  return decodeUtf8(isGzip(bytes) ? gunzip(bytes, limit) : bytes);
}

function decodeLz64(text: string, limit: number): string | null {
  const decoded = decompressLzString(text, limit);
  if (decoded !== null && decoded.length * 3 > limit && utf8Length(decoded) > limit) {
    throw CaptureError.bodyTooLarge();
  }
  return decoded;
}

function decodeBase64(text: string, limit: number): string | null {
  let binary: string;
  try {
    // Clients pad with too few and too many signs; atob takes none, too.
    binary = atob(text.replace(/={1,8}$/, ""));
  } catch {
    return null;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return decodeText(bytes, limit);
}
