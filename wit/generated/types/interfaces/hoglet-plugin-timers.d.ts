/** @module Interface hoglet:plugin/timers **/
export function sleep(id: number, milliseconds: number): Promise<void>;
/**
 * A sleep that no call waits for: the guest is asked to cancel it when nothing else is under way.
 */
export function sleepUnref(id: number, milliseconds: number): Promise<void>;
/**
 * Ends a sleep early; unknown ids are ignored.
 */
export function cancel(id: number): void;
export type HostError = import('./hoglet-plugin-types.js').HostError;
