import { toHex } from "./bytes.ts";

/** The SHA-256 of some bytes in lower-case hex, as content addresses are written. */
export async function sha256(bytes: ArrayBuffer | Uint8Array<ArrayBufferLike>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return toHex(new Uint8Array(digest));
}
