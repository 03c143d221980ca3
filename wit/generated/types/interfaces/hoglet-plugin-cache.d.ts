/** @module Interface hoglet:plugin/cache **/
export function get(key: string): Promise<string | undefined>;
export function set(key: string, value: string, ttlSeconds: number | undefined): Promise<void>;
export function incr(key: string): Promise<number>;
export function expire(key: string, ttlSeconds: number): Promise<boolean>;
export function lpush(key: string, elements: Array<string>): Promise<number>;
export function lrange(key: string, start: number, stop: number): Promise<Array<string>>;
export function llen(key: string): Promise<number>;
export function lpop(key: string, count: number): Promise<Array<string>>;
export function lrem(key: string, count: number, element: string): Promise<number>;
export type HostError = import('./hoglet-plugin-types.js').HostError;
