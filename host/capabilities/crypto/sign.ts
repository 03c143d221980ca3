import { sign as signNow, verify as verifyNow } from "node:crypto";

import type { CallScope } from "../../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../../wit/generated/contract.ts";
import { attempt } from "./attempt.ts";
import { hashLength } from "./hash.ts";
import { pemOf, readKey } from "./keys.ts";

type Options = Parameters<Capabilities["crypto"]["sign"]>[1];

/** About what a signature by an RSA key of 4,096 bits takes, the slowest of all. */
const FUEL_PER_SIGNATURE = 1_000_000;

/** @throws {HostError} when it is no private key, or the options do not suit it */
export function sign(scope: CallScope, privateKey: string, options: Options, data: Uint8Array): Uint8Array {
  // As text again, because workerd takes no KeyObject beside options.
  const key = pemOf(readKey(scope, "private", { tag: "pem", val: privateKey }), "private");
  scope.burn(FUEL_PER_SIGNATURE);
  return attempt(() => signNow(digestOf(options), data, { key, ...settings(options) }));
}

/** @throws {HostError} when it is no public key, or the options do not suit it */
export function verify(
  scope: CallScope,
  publicKey: string,
  options: Options,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = pemOf(readKey(scope, "public", { tag: "pem", val: publicKey }), "public");
  scope.burn(FUEL_PER_SIGNATURE);
  return attempt(() => verifyNow(digestOf(options), data, { key, ...settings(options) }, signature));
}

function digestOf({ digest }: Options): string | null {
  if (digest === undefined) return null;
  hashLength(digest);
  return digest;
}

function settings({ padding, saltLength, dsaEncoding }: Options) {
  return {
    ...(padding !== undefined && { padding }),
    ...(saltLength !== undefined && { saltLength }),
    dsaEncoding: dsaEncoding === "ieee-p1363" ? ("ieee-p1363" as const) : ("der" as const),
  };
}
