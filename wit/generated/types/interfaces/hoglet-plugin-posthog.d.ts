/** @module Interface hoglet:plugin/posthog **/
export function capture(event: string, properties: Json): Promise<void>;
export function api(request: ApiRequest): Promise<Response>;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
export type Response = import('./hoglet-plugin-fetch.js').Response;
/**
 * # Variants
 * 
 * ## `"get"`
 * 
 * ## `"post"`
 * 
 * ## `"put"`
 * 
 * ## `"delete"`
 */
export type ApiMethod = 'get' | 'post' | 'put' | 'delete';
/**
 * A request to PostHog's own API, made with the team's keys, which the plugin does not see.
 */
export interface ApiRequest {
  method: ApiMethod,
  path: string,
  data?: Json,
  /**
   * Where the plugin thinks that PostHog is. No other host than the team's is asked.
   */
  host?: string,
  /**
   * Keys of the plugin's own, in place of the team's: both or neither.
   */
  projectApiKey?: string,
  personalApiKey?: string,
}
