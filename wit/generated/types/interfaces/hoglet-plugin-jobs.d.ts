/** @module Interface hoglet:plugin/jobs **/
export function enqueue(name: string, payload: Json | undefined, due: Due): Promise<void>;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
export interface Delay {
  amount: number,
  unit: string,
}
export type Due = DueNow | DueAfter | DueAt;
export interface DueNow {
  tag: 'now',
}
export interface DueAfter {
  tag: 'after',
  val: Delay,
}
/**
 * ISO 8601, UTC.
 */
export interface DueAt {
  tag: 'at',
  val: string,
}
