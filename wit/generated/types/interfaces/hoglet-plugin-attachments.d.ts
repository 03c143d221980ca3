/** @module Interface hoglet:plugin/attachments **/
/**
 * By its place among the attachments that the plugin was given.
 */
export function read(attachment: number): Uint8Array;
export type HostError = import('./hoglet-plugin-types.js').HostError;
