/** @module Interface hoglet:plugin/types **/
/**
 * JSON text. Events, meta and other open values cross the boundary in this form.
 */
export type Json = string;
/**
 * A failure of a capability, raised in the plugin as an Error with this name and message.
 */
export interface HostError {
  name: string,
  message: string,
}
/**
 * How one call of a plugin function ended. The same closed union everywhere: API, metrics, CLI and docs.
 * # Variants
 * 
 * ## `"ok"`
 * 
 * ## `"dropped"`
 * 
 * ## `"threw"`
 * 
 * ## `"retry"`
 * 
 * ## `"timeout"`
 * 
 * ## `"fuel"`
 * 
 * ## `"memory"`
 * 
 * ## `"stack"`
 * 
 * ## `"limit"`
 * 
 * ## `"denied"`
 * 
 * ## `"bad-return"`
 */
export type OutcomeKind = 'ok' | 'dropped' | 'threw' | 'retry' | 'timeout' | 'fuel' | 'memory' | 'stack' | 'limit' | 'denied' | 'bad-return';
