/** @module Interface hoglet:plugin/crypto **/
export function random(length: number): Uint8Array;
export type HostError = import('./hoglet-plugin-types.js').HostError;
