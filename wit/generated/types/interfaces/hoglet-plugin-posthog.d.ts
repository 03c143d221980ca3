/** @module Interface hoglet:plugin/posthog **/
export function capture(event: string, properties: Json): Promise<void>;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
