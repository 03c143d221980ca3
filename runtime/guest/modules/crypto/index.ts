import { GuestRangeError } from "../../primordials.ts";
import { toBytes } from "./bytes.ts";
import { makeCiphers } from "./cipher.ts";
import { makeDerivations } from "./derive.ts";
import { equalBytes } from "./equal-bytes.ts";
import { makeHashes } from "./hash.ts";
import { makeKeys } from "./keys.ts";
import { makeRandom } from "./random.ts";
import { makeSignatures } from "./sign.ts";
import { makeSubtle } from "./subtle.ts";

const constants = {
  RSA_PKCS1_PADDING: 1,
  RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_DIGEST: -1,
  RSA_PSS_SALTLEN_MAX_SIGN: -2,
  RSA_PSS_SALTLEN_AUTO: -2,
};

function timingSafeEqual(a: unknown, b: unknown): boolean {
  const [one, other] = [toBytes(a, "utf8", "buf1"), toBytes(b, "utf8", "buf2")];
  if (one.length !== other.length) throw new GuestRangeError("Input buffers must have the same byte length");
  return equalBytes(one, other);
}

const host = library.bind("crypto");
const { crypto: webcrypto } = library.globals;

/** Node's `crypto`, over the host's. */
export default {
  ...makeHashes(host),
  ...makeKeys(host),
  ...makeSignatures(host),
  ...makeCiphers(host),
  ...makeDerivations(host),
  ...makeRandom(host),
  timingSafeEqual,
  constants,
  randomUUID: webcrypto.randomUUID,
  getRandomValues: webcrypto.getRandomValues,
  webcrypto,
  subtle: makeSubtle(host),
};
