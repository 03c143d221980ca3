import { toBase64 } from "./bytes.ts";

const BYTES = 32;

/** 256 random bits in 43 characters that need no escaping anywhere. */
export function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
