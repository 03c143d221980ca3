/** @module Interface hoglet:plugin/storage **/
export function get(key: string): Promise<Json | undefined>;
export function set(key: string, value: Json): Promise<void>;
export function del(key: string): Promise<void>;
/**
 * Sets the number when the key is absent.
 */
export function cursorInit(key: string, initial: number): Promise<void>;
/**
 * Adds to the number atomically and returns the new one.
 */
export function cursorIncrement(key: string, by: number): Promise<number>;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
