/** @module Interface hoglet:plugin/buffers **/
/**
 * False when the host keeps nothing of this buffer: the guest flushes it before the call ends.
 */
export function add(to: Buffer, object: Json, points: number): boolean;
/**
 * Has what was gathered so far flushed when the call has ended.
 */
export function flush(number: number): void;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
export interface Buffer {
  /**
   * Its place among the buffers that the plugin's script and setup made.
   */
  number: number,
  /**
   * The points that a batch may have, unless a single object has more.
   */
  limit: number,
  /**
   * How long the first object of a batch waits for others.
   */
  timeoutSeconds: number,
}
