import { pbkdf2Sync, scryptSync } from "node:crypto";

import { HostError } from "../../../runtime/host-error.ts";
import type { CallScope } from "../../../runtime/sandbox-options.ts";
import { attempt } from "./attempt.ts";
import { hashLength } from "./hash.ts";

/** Fuel of one iteration for each block of the result: two rounds of a hash function. */
const FUEL_PER_ITERATION = 100;
/** Fuel for each block of 128 bytes that scrypt fills and reads. */
const FUEL_PER_SCRYPT_BLOCK = 150;
const MAX_LENGTH = 4096;
const MAX_SCRYPT_BYTES = 32 * 1024 * 1024;

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
  scope.burn(iterations * Math.ceil(length / hashLength(algorithm)) * FUEL_PER_ITERATION);
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
  scope.burn(cost * blockSize * parallelization * FUEL_PER_SCRYPT_BLOCK);
  const maxmem = MAX_SCRYPT_BYTES * 2;
  return attempt(() => scryptSync(password, salt, length, { cost, blockSize, parallelization, maxmem }));
}

function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new HostError("RangeError", `a derived key has at most ${MAX_LENGTH} bytes`);
}
