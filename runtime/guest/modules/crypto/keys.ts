import { Buffer } from "buffer";

import type { Bound } from "../../bind.ts";
import { GuestError, GuestTypeError, stringify } from "../../primordials.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import type { Encoding } from "./bytes.ts";

type Crypto = Bound<"crypto">;
type Source = Parameters<Crypto["readKey"]>[1];
type Facts = ReturnType<Crypto["readKey"]>;
type AsymmetricKind = "private" | "public";

interface KeyInput {
  key?: unknown;
  format?: unknown;
  type?: unknown;
  encoding?: unknown;
  passphrase?: unknown;
}

let secret: (key: KeyObject) => Uint8Array;
let facts: (key: KeyObject) => Facts;

/** Node's KeyObject. */
export class KeyObject {
  readonly type: AsymmetricKind | "secret";
  readonly #secret: Uint8Array | undefined;
  readonly #facts: Facts | undefined;

  static {
    secret = (key) => {
      if (!key.#secret) throw new GuestTypeError(`Invalid key object type ${key.type}, expected secret.`);
      return key.#secret;
    };
    facts = (key) => {
      if (!key.#facts) throw new GuestTypeError(`Invalid key object type ${key.type}, expected private or public.`);
      return key.#facts;
    };
  }

  constructor(type: AsymmetricKind | "secret", material: Uint8Array | Facts) {
    this.type = type;
    if (material instanceof Uint8Array) this.#secret = material;
    else this.#facts = material;
  }

  get symmetricKeySize(): number | undefined {
    return this.#secret?.length;
  }

  get asymmetricKeyType(): string | undefined {
    return this.#facts?.keyType;
  }

  get asymmetricKeyDetails(): { modulusLength?: number; namedCurve?: string } | undefined {
    if (!this.#facts) return undefined;
    const { modulusLength, namedCurve } = this.#facts;
    return { ...(modulusLength !== undefined && { modulusLength }), ...(namedCurve !== undefined && { namedCurve }) };
  }

  /** A secret's bytes, or the PEM of another key, as PKCS #8 or SPKI. */
  export(options: { format?: unknown; type?: unknown } = {}): unknown {
    if (this.#secret) return fromBytes(this.#secret.slice(), undefined);
    const type = this.type === "private" ? "pkcs8" : "spki";
    const { pem } = facts(this);
    if ((options.type ?? type) !== type) throw new GuestError(`a ${this.type} key is exported as ${type}`);
    if (options.format === "pem") return pem;
    if (options.format === "der") return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
    throw new GuestError("a key is exported in the format pem or der");
  }
}

export const secretOf = (key: KeyObject): Uint8Array => secret(key);

export function makeKeys(host: Crypto) {
  const read = (kind: AsymmetricKind, input: unknown): KeyObject => {
    const inner = isInput(input) ? input.key : input;
    if (inner instanceof KeyObject) return inner.type === kind ? inner : read(kind, facts(inner).pem);
    return new KeyObject(kind, host.readKey(kind, sourceOf(input)));
  };
  return {
    KeyObject,
    createSecretKey: (key: unknown, encoding?: Encoding): KeyObject =>
      new KeyObject("secret", toBytes(key, encoding, "key")),
    createPrivateKey: (input: unknown): KeyObject => read("private", input),
    createPublicKey: (input: unknown): KeyObject => read("public", input),
  };
}

/** The PEM of a key in any of the forms that Node takes. One that is PEM already is left for the host to look at when it is used. */
export function pemOf(host: Crypto, kind: AsymmetricKind, input: unknown): string {
  const inner = isInput(input) ? input.key : input;
  if (inner instanceof KeyObject) return facts(inner).pem;
  const source = sourceOf(input);
  return source.tag === "pem" ? source.val : host.readKey(kind, source).pem;
}

function isInput(value: unknown): value is KeyInput {
  return typeof value === "object" && value !== null && "key" in value && !(value instanceof KeyObject);
}

function sourceOf(input: unknown): Source {
  const { key, format = "pem", type, encoding }: KeyInput = isInput(input) ? input : { key: input };
  if (format === "jwk") return { tag: "jwk", val: stringify(key) ?? "" };
  if (typeof key === "string" && format === "pem") return { tag: "pem", val: key };
  const bytes = toBytes(key, encoding as Encoding, "key");
  if (format === "der") return { tag: "der", val: [bytes, String(type)] };
  return { tag: "pem", val: Buffer.from(bytes).toString() };
}
