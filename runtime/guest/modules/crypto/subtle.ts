import type { Bound } from "../../bind.ts";
import { makeError } from "../../globals/errors.ts";
import { toBytes } from "./bytes.ts";
import { hashName } from "./hash.ts";
import { equalBytes } from "./equal-bytes.ts";

interface Algorithm {
  name: string;
  hash?: string;
}

let secret: (key: CryptoKey) => Uint8Array;

/** A key of HMAC's, as the Web has it. */
class CryptoKey {
  readonly type = "secret";
  readonly algorithm: { name: "HMAC"; hash: { name: string }; length: number };
  readonly extractable: boolean;
  readonly usages: readonly string[];
  readonly #secret: Uint8Array;

  static {
    secret = (key) => key.#secret;
  }

  constructor(bytes: Uint8Array, hash: string, extractable: boolean, usages: readonly string[]) {
    this.#secret = bytes;
    this.algorithm = { name: "HMAC", hash: { name: hash }, length: bytes.length * 8 };
    this.extractable = extractable;
    this.usages = usages;
  }
}

/** `crypto.subtle`, as far as digests and HMAC go. */
export function makeSubtle(host: Bound<"crypto">) {
  const mac = (key: unknown, usage: string, data: unknown): Uint8Array => {
    if (!(key instanceof CryptoKey) || !key.usages.includes(usage))
      throw makeError("InvalidAccessError", `the key is none of HMAC's that was imported to ${usage}`);
    return host.hmac(hashName(key.algorithm.hash.name), secret(key), toBytes(data, "utf8", "data"));
  };
  return {
    async digest(algorithm: unknown, data: unknown): Promise<ArrayBufferLike> {
      return host.digest(hashName(algorithmOf(algorithm).name), toBytes(data, "utf8", "data")).slice().buffer;
    },

    async importKey(
      format: unknown,
      key: unknown,
      algorithm: unknown,
      extractable: unknown,
      usages: readonly string[],
    ): Promise<CryptoKey> {
      const { name, hash } = algorithmOf(algorithm);
      if (format !== "raw" || name.toUpperCase() !== "HMAC" || hash === undefined)
        throw makeError("NotSupportedError", "crypto.subtle has raw keys of HMAC's: for others use the module crypto");
      hashName(hash);
      return new CryptoKey(toBytes(key, "utf8", "keyData"), hash.toUpperCase(), Boolean(extractable), [...usages]);
    },

    async sign(_algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBufferLike> {
      return mac(key, "sign", data).slice().buffer;
    },

    async verify(_algorithm: unknown, key: unknown, signature: unknown, data: unknown): Promise<boolean> {
      return equalBytes(mac(key, "verify", data), toBytes(signature, "utf8", "signature"));
    },
  };
}

function algorithmOf(algorithm: unknown): Algorithm {
  if (typeof algorithm === "string") return { name: algorithm };
  const { name, hash } = algorithm as { name: unknown; hash?: unknown };
  return { name: String(name), ...(hash !== undefined && { hash: algorithmOf(hash).name }) };
}
