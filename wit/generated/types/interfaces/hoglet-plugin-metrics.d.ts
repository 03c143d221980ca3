/** @module Interface hoglet:plugin/metrics **/
export function write(name: string, operation: Operation, value: number): void;
export type HostError = import('./hoglet-plugin-types.js').HostError;
/**
 * # Variants
 * 
 * ## `"increment"`
 * 
 * ## `"max"`
 * 
 * ## `"min"`
 */
export type Operation = 'increment' | 'max' | 'min';
