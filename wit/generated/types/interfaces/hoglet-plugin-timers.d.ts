/** @module Interface hoglet:plugin/timers **/
export function sleep(id: number, milliseconds: number): Promise<void>;
/**
 * Ends a sleep early; unknown ids are ignored.
 */
export function cancel(id: number): void;
export type HostError = import('./hoglet-plugin-types.js').HostError;
