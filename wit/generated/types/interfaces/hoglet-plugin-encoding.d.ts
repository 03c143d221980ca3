/** @module Interface hoglet:plugin/encoding **/
export function encode(text: string): Uint8Array;
export function decode(bytes: Uint8Array, label: string, fatal: boolean, ignoreBom: boolean): string;
export type HostError = import('./hoglet-plugin-types.js').HostError;
