// The Workers types leave out node:zlib, which the nodejs_compat flag provides: what we use of it.
declare module "node:zlib" {
  interface Bounds {
    maxOutputLength: number;
    chunkSize: number;
  }
  type Decompress = (bytes: Uint8Array, options: Bounds) => Uint8Array;
  export const gunzipSync: Decompress;
  export const inflateSync: Decompress;
  export const inflateRawSync: Decompress;
  export const brotliDecompressSync: Decompress;

  type Compress = (bytes: Uint8Array, options: { level?: number }) => Uint8Array;
  export const gzipSync: Compress;
  export const deflateSync: Compress;
  export const deflateRawSync: Compress;
  export function brotliCompressSync(bytes: Uint8Array, options: { params: Record<number, number> }): Uint8Array;

  export const constants: { BROTLI_PARAM_QUALITY: number };
}
