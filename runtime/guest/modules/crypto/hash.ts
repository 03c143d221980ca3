import type { Bound } from "../../bind.ts";
import { GuestError, GuestString } from "../../primordials.ts";
import { Pieces, fromBytes, toBytes } from "./bytes.ts";
import type { Encoding } from "./bytes.ts";
import { KeyObject, secretOf } from "./keys.ts";

type Crypto = Bound<"crypto">;

const HASHES = ["md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512"];
const ALIASES: Readonly<Record<string, string>> = { rmd160: "ripemd160" };

/** The host's name of a hash function, whichever of Node's spellings is given: `SHA256`, `sha-256`, `RSA-SHA256`. */
export function hashName(name: unknown): string {
  const short = GuestString(name)
    .toLowerCase()
    .replace(/^rsa-/, "")
    .replace(/^sha-(?=\d)/, "sha");
  const known = ALIASES[short] ?? short;
  if (!HASHES.includes(known)) throw new GuestError("Digest method not supported");
  return known;
}

/** Node's Hash and Hmac. All that was put in crosses to the host when the digest is asked for. */
class Digester {
  readonly #finish: (data: Uint8Array) => Uint8Array;
  readonly #pieces: Pieces;
  #isDone = false;

  constructor(finish: (data: Uint8Array) => Uint8Array, pieces = new Pieces()) {
    this.#finish = finish;
    this.#pieces = pieces;
  }

  update(data: unknown, encoding?: Encoding): this {
    this.#check();
    this.#pieces.add(data, encoding);
    return this;
  }

  digest(encoding?: unknown): unknown {
    this.#check();
    this.#isDone = true;
    return fromBytes(this.#finish(this.#pieces.join()), encoding);
  }

  copy(): Digester {
    this.#check();
    return new Digester(this.#finish, this.#pieces.copy());
  }

  #check(): void {
    if (this.#isDone) throw new GuestError("Digest already called");
  }
}

export function makeHashes(host: Crypto) {
  const createHash = (algorithm: unknown): Digester => {
    const name = hashName(algorithm);
    return new Digester((data) => host.digest(name, data));
  };
  return {
    createHash,
    createHmac(algorithm: unknown, key: unknown): Digester {
      const name = hashName(algorithm);
      const secret = key instanceof KeyObject ? secretOf(key) : toBytes(key, "utf8", "key");
      return new Digester((data) => host.hmac(name, secret, data));
    },
    hash: (algorithm: unknown, data: unknown, encoding: unknown = "hex"): unknown =>
      createHash(algorithm).update(data).digest(encoding),
    getHashes: (): string[] => [
      ...HASHES,
      ...HASHES.filter((name) => name !== "ripemd160").map((name) => `RSA-${name.toUpperCase()}`),
    ],
  };
}
