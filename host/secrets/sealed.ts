import { fromBase64, toBase64 } from "../bytes.ts";

/** What a sealed text begins with: how it was sealed. */
const VERSION = "v1";
const IV_BYTES = 12;

/** A text was sealed with another key, for another place, or was changed. */
export class UnsealError extends Error {
  override readonly name = "UnsealError";
}

/**
 * Encrypts a secret that the registry keeps: AES-256-GCM.
 * @param encryptionKey any text, best a random one; its SHA-256 is the key
 * @param place where the text belongs, such as `team/1/personal_api_key`: anywhere else it does not open
 */
export async function seal(encryptionKey: string, place: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(cipher(iv, place), await keyOf(encryptionKey), encoder.encode(text));
  return [VERSION, toBase64(iv), toBase64(new Uint8Array(sealed))].join(".");
}

/**
 * Decrypts what `seal` made for this place.
 * @throws {UnsealError} when it does not open
 */
export async function unseal(encryptionKey: string, place: string, sealed: string): Promise<string> {
  const [version, iv = "", text = ""] = sealed.split(".");
  if (version !== VERSION)
    throw new UnsealError(`${place} is sealed in a way that is not known: ${version?.slice(0, 10)}`);
  try {
    const key = await keyOf(encryptionKey);
    return new TextDecoder().decode(await crypto.subtle.decrypt(cipher(fromBase64(iv), place), key, fromBase64(text)));
  } catch (error) {
    throw new UnsealError(`${place} does not open with this ENCRYPTION_KEY`, { cause: error });
  }
}

const encoder = new TextEncoder();

const cipher = (iv: Uint8Array<ArrayBuffer>, place: string) => ({
  name: "AES-GCM" as const,
  iv,
  additionalData: encoder.encode(place),
});

async function keyOf(encryptionKey: string): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(encryptionKey));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["encrypt", "decrypt"]);
}
