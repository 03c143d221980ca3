import { pbkdf2Sync, scryptSync } from "node:crypto";

import { HostError } from "../../../runtime/host-error.ts";
import type { CallScope } from "../../../runtime/sandbox-options.ts";
import { attempt } from "./attempt.ts";
import { hashLength } from "./hash.ts";

/** Fuel of one iteration for each block of the result: two rounds of a hash function. */
const FUEL_PER_ITERATION = 100;
/** Fuel of a byte that is hashed beside that: the salt is, for each block of the result. */
const FUEL_PER_HASHED_BYTE = 1;
/** Fuel for each block of 128 bytes that scrypt fills and reads. */
const FUEL_PER_SCRYPT_BLOCK = 150;
const MAX_LENGTH = 4096;
const MAX_SCRYPT_BYTES = 32 * 1024 * 1024;
/** Bytes that SHA-256 gives, of which scrypt is made. */
const SCRYPT_HASH = 32;

interface Derivation {
  password: Uint8Array;
  salt: Uint8Array;
  /** Bytes of the key. */
  length: number;
}

/** @throws {HostError} for what the platform refuses, {EngineError} when the call's fuel does not suffice */
export function deriveByPbkdf2(
  scope: CallScope,
  algorithm: string,
  { password, salt, length }: Derivation,
  iterations: number,
): Uint8Array {
  checkLength(length);
  scope.burn(fuelOfPbkdf2(hashLength(algorithm), { salt: salt.length, length }, iterations));
  return attempt(() => pbkdf2Sync(password, salt, iterations, length, algorithm));
}

/** @throws {HostError} for what the platform refuses, {EngineError} when the call's fuel does not suffice */
export function deriveByScrypt(
  scope: CallScope,
  { password, salt, length }: Derivation,
  { cost, blockSize, parallelization }: { cost: number; blockSize: number; parallelization: number },
): Uint8Array {
  checkLength(length);
  if (128 * cost * blockSize > MAX_SCRYPT_BYTES)
    throw new HostError("RangeError", `scrypt: 128 * N * r must be at most ${MAX_SCRYPT_BYTES} bytes of memory`);
  // Its blocks are derived from the salt, and the key from its blocks.
  const blocks = 128 * blockSize * parallelization;
  scope.burn(
    cost * blockSize * parallelization * FUEL_PER_SCRYPT_BLOCK +
      fuelOfPbkdf2(SCRYPT_HASH, { salt: salt.length, length: blocks }, 1) +
      fuelOfPbkdf2(SCRYPT_HASH, { salt: blocks, length }, 1),
  );
  const maxmem = MAX_SCRYPT_BYTES * 2;
  return attempt(() => scryptSync(password, salt, length, { cost, blockSize, parallelization, maxmem }));
}

/** @param hash bytes that the hash function gives @param bytes of the salt and of the result */
function fuelOfPbkdf2(hash: number, bytes: { salt: number; length: number }, iterations: number): number {
  const blocks = Math.ceil(bytes.length / hash);
  return blocks * (iterations * FUEL_PER_ITERATION + bytes.salt * FUEL_PER_HASHED_BYTE);
}

function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new HostError("RangeError", `a derived key has at most ${MAX_LENGTH} bytes`);
}
