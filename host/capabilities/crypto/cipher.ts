import { createCipheriv, createDecipheriv } from "node:crypto";

import { HostError } from "../../../runtime/host-error.ts";
import type { Capabilities } from "../../../wit/generated/contract.ts";
import { attempt } from "./attempt.ts";

type Cipher = Capabilities["crypto"]["cipher"];

const PLAIN = /^aes-(?:128|192|256)-(?:cbc|ctr)$/;
const AUTHENTICATED = /^aes-(?:128|192|256)-gcm$/;

/** Encrypts or decrypts all of the data at once. @throws {HostError} for an unknown algorithm, or a key, an IV or a text that do not suit it */
export function runCipher(...[direction, input]: Parameters<Cipher>): ReturnType<Cipher> {
  if (AUTHENTICATED.test(input.algorithm)) return attempt(() => runGcm(direction, input));
  if (PLAIN.test(input.algorithm)) return attempt(() => runPlain(direction, input));
  throw new HostError("Error", "Unknown cipher: there are aes-128, aes-192 and aes-256 with -cbc, -ctr and -gcm");
}

function runPlain(
  direction: "encrypt" | "decrypt",
  { algorithm, key, iv, data, autoPadding }: Parameters<Cipher>[1],
): ReturnType<Cipher> {
  const create = direction === "encrypt" ? createCipheriv : createDecipheriv;
  const cipher = create(algorithm, key, iv);
  cipher.setAutoPadding(autoPadding);
  return { data: Buffer.concat([cipher.update(data), cipher.final()]) };
}

function runGcm(
  direction: "encrypt" | "decrypt",
  { algorithm, key, iv, data, aad, authTag }: Parameters<Cipher>[1],
): ReturnType<Cipher> {
  const name = algorithm as "aes-256-gcm";
  if (direction === "encrypt") {
    const cipher = createCipheriv(name, key, iv);
    if (aad.length > 0) cipher.setAAD(aad);
    const encrypted = Buffer.concat([cipher.update(data), cipher.final()]);
    return { data: encrypted, authTag: cipher.getAuthTag() };
  }
  const decipher = createDecipheriv(name, key, iv);
  if (aad.length > 0) decipher.setAAD(aad);
  // Without a tag nothing says that the text is the one that was encrypted.
  if (authTag?.length !== 16) throw new TypeError("decrypting by GCM needs setAuthTag with a tag of 16 bytes");
  decipher.setAuthTag(authTag);
  return { data: Buffer.concat([decipher.update(data), decipher.final()]) };
}
