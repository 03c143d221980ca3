import type { Bound } from "../../bind.ts";
import { GuestError, GuestString } from "../../primordials.ts";
import { Pieces, fromBytes, toBytes } from "./bytes.ts";
import type { Encoding } from "./bytes.ts";
import { KeyObject, secretOf } from "./keys.ts";

type Crypto = Bound<"crypto">;
type Direction = Parameters<Crypto["cipher"]>[0];

const CIPHERS = ["128", "192", "256"].flatMap((bits) => ["cbc", "ctr", "gcm"].map((mode) => `aes-${bits}-${mode}`));
const NOTHING = new Uint8Array();

export function makeCiphers(host: Crypto) {
  /** Node's Cipheriv and Decipheriv. All of the result comes with `final`. */
  class Cipher {
    readonly #direction: Direction;
    readonly #algorithm: string;
    readonly #key: Uint8Array;
    readonly #iv: Uint8Array;
    readonly #data = new Pieces();
    readonly #aad = new Pieces();
    #authTag: Uint8Array | undefined;
    #autoPadding = true;
    #isDone = false;

    constructor(direction: Direction, algorithm: unknown, key: unknown, iv: unknown) {
      this.#direction = direction;
      this.#algorithm = GuestString(algorithm).toLowerCase();
      if (!CIPHERS.includes(this.#algorithm)) throw new GuestError("Unknown cipher");
      this.#key = key instanceof KeyObject ? secretOf(key) : toBytes(key, "utf8", "key");
      this.#iv = toBytes(iv, "utf8", "iv");
    }

    update(data: unknown, encoding?: Encoding, outputEncoding?: unknown): unknown {
      this.#check();
      this.#data.add(data, encoding);
      return fromBytes(NOTHING, outputEncoding);
    }

    final(encoding?: unknown): unknown {
      this.#check();
      this.#isDone = true;
      const { data, authTag } = host.cipher(this.#direction, {
        algorithm: this.#algorithm,
        key: this.#key,
        iv: this.#iv,
        data: this.#data.join(),
        aad: this.#aad.join(),
        ...(this.#authTag && { authTag: this.#authTag }),
        autoPadding: this.#autoPadding,
      });
      if (authTag) this.#authTag = authTag;
      return fromBytes(data, encoding);
    }

    setAAD(aad: unknown): this {
      this.#aad.add(aad, "utf8");
      return this;
    }

    setAutoPadding(isOn = true): this {
      this.#autoPadding = isOn;
      return this;
    }

    setAuthTag(tag: unknown, encoding?: Encoding): this {
      this.#authTag = toBytes(tag, encoding, "tag");
      return this;
    }

    getAuthTag(): unknown {
      if (!this.#authTag || !this.#isDone) throw new GuestError("Unsupported state: the tag is known after final()");
      return fromBytes(this.#authTag, undefined);
    }

    #check(): void {
      if (this.#isDone) throw new GuestError("Unsupported state: final() was called");
    }
  }

  return {
    createCipheriv: (algorithm: unknown, key: unknown, iv: unknown): Cipher =>
      new Cipher("encrypt", algorithm, key, iv),
    createDecipheriv: (algorithm: unknown, key: unknown, iv: unknown): Cipher =>
      new Cipher("decrypt", algorithm, key, iv),
    getCiphers: (): string[] => [...CIPHERS],
  };
}
