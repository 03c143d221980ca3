/** The SHA-256 of some bytes in lower-case hex, as content addresses are written. */
export async function sha256(bytes: ArrayBuffer | Uint8Array<ArrayBufferLike>): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

/** Bytes in lower-case hex. */
export const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
