import type { Bound } from "../../bind.ts";
import { Pieces, fromBytes, toBytes } from "./bytes.ts";
import type { Encoding } from "./bytes.ts";
import { withCallback } from "./callback.ts";
import { hashName } from "./hash.ts";
import { pemOf } from "./keys.ts";

type Crypto = Bound<"crypto">;
type Options = Parameters<Crypto["sign"]>[1];

export function makeSignatures(host: Crypto) {
  const sign = (digest: string | undefined, data: Uint8Array, key: unknown): Uint8Array =>
    host.sign(pemOf(host, "private", key), optionsOf(digest, key), data);
  const verify = (digest: string | undefined, data: Uint8Array, key: unknown, signature: Uint8Array): boolean =>
    host.verify(pemOf(host, "public", key), optionsOf(digest, key), data, signature);

  class Signer {
    readonly #digest: string;
    readonly #pieces = new Pieces();

    constructor(algorithm: unknown) {
      this.#digest = hashName(algorithm);
    }

    update(data: unknown, encoding?: Encoding): this {
      this.#pieces.add(data, encoding);
      return this;
    }

    sign(key: unknown, encoding?: unknown): unknown {
      return fromBytes(sign(this.#digest, this.#pieces.join(), key), encoding);
    }

    verify(key: unknown, signature: unknown, encoding?: Encoding): boolean {
      return verify(this.#digest, this.#pieces.join(), key, toBytes(signature, encoding, "signature"));
    }
  }

  const digestOf = (algorithm: unknown): string | undefined =>
    algorithm === null || algorithm === undefined ? undefined : hashName(algorithm);
  return {
    createSign: (algorithm: unknown): Signer => new Signer(algorithm),
    createVerify: (algorithm: unknown): Signer => new Signer(algorithm),
    sign: (algorithm: unknown, data: unknown, key: unknown, callback?: unknown): unknown =>
      withCallback(callback, () => fromBytes(sign(digestOf(algorithm), toBytes(data, "utf8", "data"), key), undefined)),
    verify: (algorithm: unknown, data: unknown, key: unknown, signature: unknown, callback?: unknown): unknown =>
      withCallback(callback, () =>
        verify(digestOf(algorithm), toBytes(data, "utf8", "data"), key, toBytes(signature, "utf8", "signature")),
      ),
  };
}

function optionsOf(digest: string | undefined, key: unknown): Options {
  const { padding, saltLength, dsaEncoding } = Object(key) as Record<string, unknown>;
  return {
    ...(digest !== undefined && { digest }),
    ...(typeof padding === "number" && { padding }),
    ...(typeof saltLength === "number" && { saltLength }),
    dsaEncoding: dsaEncoding === "ieee-p1363" ? dsaEncoding : "der",
  };
}
