// The Workers types leave out node:zlib, which the nodejs_compat flag provides.
declare module "node:zlib" {
  export function gunzipSync(bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }): Uint8Array;
}
