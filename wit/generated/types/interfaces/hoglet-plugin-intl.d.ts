/** @module Interface hoglet:plugin/intl **/
/**
 * What a formatter made of its locales and options: the JSON of its `resolvedOptions()`.
 */
export function resolve(kind: Kind, locales: Array<string>, options: Array<[string, string]>): Json;
/**
 * The type and the text of each part of a date (milliseconds since the epoch) or of a number, in decimal.
 */
export function format(kind: Kind, locales: Array<string>, options: Array<[string, string]>, value: string): Array<[string, string]>;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
/**
 * # Variants
 * 
 * ## `"date"`
 * 
 * ## `"number"`
 */
export type Kind = 'date' | 'number';
