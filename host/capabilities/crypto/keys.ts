import { createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { HostError } from "../../../runtime/host-error.ts";
import type { CallScope } from "../../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../../wit/generated/contract.ts";
import { attempt } from "./attempt.ts";

type ReadKey = Capabilities["crypto"]["readKey"];
type Kind = Parameters<ReadKey>[0];
type Source = Parameters<ReadKey>[1];

const MAX_BITS = 4096;
/** A private key of 4,096 bits has 3,300 characters. */
const MAX_SIZE = 6000;
const CURVES = ["prime256v1", "secp384r1", "secp521r1", "secp256k1"];
const DER_TYPES = ["pkcs1", "pkcs8", "sec1", "spki"];
/** Checking a private key takes as long as using it. */
const FUEL_PER_KEY = 300_000;

/** Reads a key and tells what there is to know of it. @throws {HostError} when it is no key, or none that plugins can use */
export function describeKey(scope: CallScope, kind: Kind, source: Source): ReturnType<ReadKey> {
  const key = readKey(scope, kind, source);
  const { modulusLength, namedCurve } = detailsOf(key);
  return {
    pem: pemOf(key, kind),
    keyType: String(key.asymmetricKeyType),
    ...(modulusLength !== undefined && { modulusLength }),
    ...(namedCurve !== undefined && { namedCurve }),
  };
}

/** A key as text: PKCS #8 or SPKI. @throws {HostError} when the platform cannot write it */
export const pemOf = (key: KeyObject, kind: Kind): string =>
  attempt(() => String(key.export({ type: kind === "private" ? "pkcs8" : "spki", format: "pem" })));

/** The platform looks at some of it only now, such as at an RSA key's exponent. */
const detailsOf = (key: KeyObject) => attempt(() => key.asymmetricKeyDetails) ?? {};

/**
 * Reads a key for use. Encrypted ones are refused: how long decrypting one takes stands in the key itself, without bound.
 * @throws {HostError} when it is no key, or none that plugins can use
 */
export function readKey(scope: CallScope, kind: Kind, source: Source): KeyObject {
  const size = source.tag === "der" ? source.val[0].length : source.val.length;
  if (size > MAX_SIZE) throw new HostError("RangeError", `a key has at most ${MAX_SIZE} characters`);
  if (source.tag === "pem" && source.val.includes("ENCRYPTED"))
    throw new HostError("Error", "the private key is encrypted: decrypt it first, for instance by `openssl pkey`");
  scope.burn(FUEL_PER_KEY);
  const key = attempt(() => parse(kind, source));
  const { modulusLength = 0, namedCurve } = detailsOf(key);
  const isUsable =
    key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "rsa-pss"
      ? modulusLength <= MAX_BITS
      : key.asymmetricKeyType === "ed25519" || CURVES.includes(String(namedCurve));
  if (!isUsable)
    throw new HostError(
      "Error",
      `there are RSA keys of up to ${MAX_BITS} bits, Ed25519 keys, and keys on the curves ${CURVES.join(", ")}`,
    );
  return key;
}

function parse(kind: Kind, source: Source): KeyObject {
  const create = kind === "private" ? createPrivateKey : createPublicKey;
  if (source.tag === "pem") return create({ key: source.val, format: "pem" });
  if (source.tag === "jwk") return create({ key: JSON.parse(source.val) as JsonWebKey, format: "jwk" });
  const [bytes, type] = source.val;
  if (!DER_TYPES.includes(type)) throw new TypeError(`the type of a DER key is one of ${DER_TYPES.join(", ")}`);
  const der = { key: Buffer.from(bytes), format: "der", type } as const;
  return kind === "private"
    ? createPrivateKey(der as Parameters<typeof createPrivateKey>[0])
    : createPublicKey(der as Parameters<typeof createPublicKey>[0]);
}
