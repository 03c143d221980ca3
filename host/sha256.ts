/** The SHA-256 of some bytes in lower-case hex, as content addresses are written. */
export async function sha256(bytes: ArrayBuffer | Uint8Array<ArrayBufferLike>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
