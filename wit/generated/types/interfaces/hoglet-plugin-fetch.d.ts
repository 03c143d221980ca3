/** @module Interface hoglet:plugin/fetch **/
export function send(request: Request): Promise<Response>;
/**
 * Ends a request that is under way; unknown ids are ignored.
 */
export function cancel(id: number): void;
export type HostError = import('./hoglet-plugin-types.js').HostError;
export interface FormPart {
  name: string,
  value: Uint8Array,
  /**
   * A file when present, a plain field otherwise.
   */
  filename?: string,
  contentType?: string,
}
export type Body = BodyText | BodyParams | BodyBytes | BodyForm;
export interface BodyText {
  tag: 'text',
  val: string,
}
/**
 * An encoded URLSearchParams.
 */
export interface BodyParams {
  tag: 'params',
  val: string,
}
export interface BodyBytes {
  tag: 'bytes',
  val: Uint8Array,
}
export interface BodyForm {
  tag: 'form',
  val: Array<FormPart>,
}
/**
 * # Variants
 * 
 * ## `"follow"`
 * 
 * ## `"manual"`
 * 
 * ## `"error"`
 */
export type RedirectMode = 'follow' | 'manual' | 'error';
export interface Request {
  /**
   * As the plugin passed it, never normalised.
   */
  url: string,
  method: string,
  headers: Array<[string, string]>,
  body?: Body,
  redirect: RedirectMode,
  /**
   * The guest's own number for the request, by which it may cancel it.
   */
  id?: number,
}
export interface Response {
  status: number,
  statusText: string,
  headers: Array<[string, string]>,
  /**
   * The final address, after redirects.
   */
  url: string,
  redirected: boolean,
  body: Uint8Array,
}
