import { createSign, createVerify, sign as signAtOnce, verify as verifyAtOnce } from "node:crypto";

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
  const { digest } = options;
  return attempt(() =>
    digest === undefined
      ? signAtOnce(null, data, key)
      : createSign(checked(digest))
          .update(data)
          .sign({ key, ...settings(options) }),
  );
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
  const { digest } = options;
  return attempt(() =>
    digest === undefined
      ? verifyAtOnce(null, data, key, signature)
      : createVerify(checked(digest))
          .update(data)
          .verify({ key, ...settings(options) }, signature),
  );
}

function checked(digest: string): string {
  hashLength(digest);
  return digest;
}

/** For the classes: workerd's functions that sign at once ignore the padding. */
function settings({ padding, saltLength, dsaEncoding }: Options) {
  return {
    ...(padding !== undefined && { padding }),
    ...(saltLength !== undefined && { saltLength }),
    dsaEncoding: dsaEncoding === "ieee-p1363" ? ("ieee-p1363" as const) : ("der" as const),
  };
}
