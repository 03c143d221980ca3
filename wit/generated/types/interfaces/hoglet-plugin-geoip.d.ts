/** @module Interface hoglet:plugin/geoip **/
export function locate(ip: string): Promise<Json | undefined>;
export type Json = import('./hoglet-plugin-types.js').Json;
export type HostError = import('./hoglet-plugin-types.js').HostError;
