/** @module Interface hoglet:plugin/mmdb **/
/**
 * Nothing for a file that is no database that can be read.
 */
export function metadata(attachment: number): Json | undefined;
export function get(attachment: number, ip: string): Found;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
export interface Found {
  /**
   * What the database says of the address, as runtime/shared/record-json.ts writes it; nothing when it says nothing.
   */
  value?: Json,
  prefixLength: number,
}
