/** @module Interface hoglet:plugin/zlib **/
/**
 * `level`: as zlib's, or brotli's quality; the format's own default when absent.
 */
export function compress(format: Format, data: Uint8Array, level: number | undefined): Uint8Array;
/**
 * `max-length`: of the result; the host has a limit of its own, too.
 */
export function decompress(format: Format, data: Uint8Array, maxLength: number): Uint8Array;
export type HostError = import('./hoglet-plugin-types.js').HostError;
/**
 * # Variants
 * 
 * ## `"gzip"`
 * 
 * ## `"deflate"`
 * 
 * ## `"deflate-raw"`
 * 
 * ## `"brotli"`
 */
export type Format = 'gzip' | 'deflate' | 'deflate-raw' | 'brotli';
