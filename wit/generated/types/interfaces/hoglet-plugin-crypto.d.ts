/** @module Interface hoglet:plugin/crypto **/
/**
 * Randomness of one call, derived from the event: the same event gives the same bytes again.
 */
export function random(length: number): Uint8Array;
export function digest(algorithm: string, data: Uint8Array): Uint8Array;
export function hmac(algorithm: string, key: Uint8Array, data: Uint8Array): Uint8Array;
export function readKey(kind: KeyKind, source: KeySource): AsymmetricKey;
export function sign(privateKey: string, options: SignatureOptions, data: Uint8Array): Uint8Array;
export function verify(publicKey: string, options: SignatureOptions, data: Uint8Array, signature: Uint8Array): boolean;
export function cipher(direction: CipherDirection, input: CipherInput): CipherOutput;
export function pbkdf2(digest: string, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array;
export function scrypt(password: Uint8Array, salt: Uint8Array, cost: ScryptCost, length: number): Uint8Array;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
/**
 * # Variants
 * 
 * ## `"private"`
 * 
 * ## `"public"`
 */
export type KeyKind = 'private' | 'public';
export type KeySource = KeySourcePem | KeySourceDer | KeySourceJwk;
export interface KeySourcePem {
  tag: 'pem',
  val: string,
}
/**
 * The bytes, and what they encode: `pkcs1`, `pkcs8`, `spki` or `sec1`.
 */
export interface KeySourceDer {
  tag: 'der',
  val: [Uint8Array, string],
}
export interface KeySourceJwk {
  tag: 'jwk',
  val: Json,
}
/**
 * A key that was read, and what it is called by in Node.
 */
export interface AsymmetricKey {
  /**
   * PKCS #8 or SPKI.
   */
  pem: string,
  keyType: string,
  modulusLength?: number,
  namedCurve?: string,
}
export interface SignatureOptions {
  /**
   * None for keys that imply it.
   */
  digest?: string,
  padding?: number,
  saltLength?: number,
  /**
   * Of an ECDSA signature: `der` or `ieee-p1363`.
   */
  dsaEncoding: string,
}
/**
 * # Variants
 * 
 * ## `"encrypt"`
 * 
 * ## `"decrypt"`
 */
export type CipherDirection = 'encrypt' | 'decrypt';
export interface CipherInput {
  algorithm: string,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
  /**
   * Additional data that is authenticated.
   */
  aad: Uint8Array,
  authTag?: Uint8Array,
  autoPadding: boolean,
}
export interface CipherOutput {
  data: Uint8Array,
  authTag?: Uint8Array,
}
export interface ScryptCost {
  cost: number,
  blockSize: number,
  parallelization: number,
}
