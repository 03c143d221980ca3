/** @module Interface hoglet:plugin/encoding **/
/**
 * The name of the encoding that a label stands for.
 */
export function name(label: string): string;
export function encode(text: string): Uint8Array;
export function decode(bytes: Uint8Array, label: string, fatal: boolean, ignoreBom: boolean): string;
export type HostError = import('./hoglet-plugin-types.js').HostError;
