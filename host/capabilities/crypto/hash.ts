import { createHash, createHmac } from "node:crypto";

import { hmac as hmacOf } from "@noble/hashes/hmac.js";
import { ripemd160 } from "@noble/hashes/legacy.js";

import { HostError } from "../../../runtime/host-error.ts";

/** The platform's hash functions that plugins have, with the bytes that each gives. */
const HASHES: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };
/** Plugins have it, workerd has not. */
const RIPEMD160 = "ripemd160";

/**
 * The bytes that one of the platform's hash functions gives.
 * @throws {HostError} for one that plugins do not have
 */
export function hashLength(name: string): number {
  const length = Object.hasOwn(HASHES, name) ? HASHES[name] : undefined;
  if (length === undefined)
    throw new HostError("Error", `Digest method not supported: there are ${Object.keys(HASHES).join(", ")}`);
  return length;
}

export function digest(name: string, data: Uint8Array): Uint8Array {
  if (name === RIPEMD160) return ripemd160(data);
  hashLength(name);
  return createHash(name).update(data).digest();
}

export function hmac(name: string, key: Uint8Array, data: Uint8Array): Uint8Array {
  if (name === RIPEMD160) return hmacOf(ripemd160, key, data);
  hashLength(name);
  return createHmac(name, key).update(data).digest();
}
