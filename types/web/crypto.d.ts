/** What it gives at random follows from the event: one that is run again gets the same. */
export interface Crypto {
  readonly subtle: SubtleCrypto;
  getRandomValues<View extends ArrayBufferView>(view: View): View;
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
}

type Bytes = ArrayBuffer | ArrayBufferView;

/** Digests, and HMAC. */
export interface SubtleCrypto {
  digest(algorithm: string | { name: string }, data: Bytes): Promise<ArrayBuffer>;
  importKey(
    format: "raw",
    key: Bytes,
    algorithm: { name: "HMAC"; hash: string | { name: string } },
    extractable: boolean,
    usages: ("sign" | "verify")[],
  ): Promise<CryptoKey>;
  sign(algorithm: string | { name: string }, key: CryptoKey, data: Bytes): Promise<ArrayBuffer>;
  verify(algorithm: string | { name: string }, key: CryptoKey, signature: Bytes, data: Bytes): Promise<boolean>;
}

export interface CryptoKey {
  readonly extractable: boolean;
  readonly type: string;
}
