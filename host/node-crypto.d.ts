// The Workers types leave out node:crypto, which the nodejs_compat flag provides: what host/capabilities/crypto uses of it.
declare module "node:crypto" {
  interface Hash {
    update(data: Uint8Array): Hash;
    digest(): Uint8Array;
  }
  export function createHash(name: string): Hash;
  export function createHmac(name: string, key: Uint8Array): Hash;

  export interface KeyObject {
    readonly asymmetricKeyType?: string;
    readonly asymmetricKeyDetails?: { modulusLength?: number; namedCurve?: string };
    export(options: { type: "pkcs8" | "spki"; format: "pem" }): string | Uint8Array;
  }
  type KeySource =
    | { key: string; format: "pem" }
    | { key: JsonWebKey; format: "jwk" }
    | { key: Uint8Array; format: "der"; type: string };
  export function createPrivateKey(source: KeySource): KeyObject;
  export function createPublicKey(source: KeySource): KeyObject;

  interface SignatureOptions {
    key: string;
    padding?: number;
    saltLength?: number;
    dsaEncoding: "der" | "ieee-p1363";
  }
  interface Sign {
    update(data: Uint8Array): Sign;
    sign(options: SignatureOptions): Uint8Array;
  }
  interface Verify {
    update(data: Uint8Array): Verify;
    verify(options: SignatureOptions, signature: Uint8Array): boolean;
  }
  export function createSign(digest: string): Sign;
  export function createVerify(digest: string): Verify;
  export function sign(digest: null, data: Uint8Array, key: string): Uint8Array;
  export function verify(digest: null, data: Uint8Array, key: string, signature: Uint8Array): boolean;

  interface Cipher {
    update(data: Uint8Array): Uint8Array;
    final(): Uint8Array;
    setAutoPadding(isOn: boolean): void;
    setAAD(aad: Uint8Array): void;
    setAuthTag(tag: Uint8Array): void;
    getAuthTag(): Uint8Array;
  }
  export function createCipheriv(algorithm: string, key: Uint8Array, iv: Uint8Array): Cipher;
  export function createDecipheriv(algorithm: string, key: Uint8Array, iv: Uint8Array): Cipher;

  export function pbkdf2Sync(
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
    digest: string,
  ): Uint8Array;
  export function scryptSync(
    password: Uint8Array,
    salt: Uint8Array,
    length: number,
    options: { cost: number; blockSize: number; parallelization: number; maxmem: number },
  ): Uint8Array;
}
