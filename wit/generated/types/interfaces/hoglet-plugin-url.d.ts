/** @module Interface hoglet:plugin/url **/
export function parse(input: string, base: string | undefined): Components;
/**
 * The address after one setter was used on it.
 */
export function update(href: string, component: Component, value: string): Components;
export type HostError = import('./hoglet-plugin-types.js').HostError;
export interface Components {
  href: string,
  origin: string,
  protocol: string,
  username: string,
  password: string,
  host: string,
  hostname: string,
  port: string,
  pathname: string,
  search: string,
  hash: string,
}
/**
 * # Variants
 * 
 * ## `"href"`
 * 
 * ## `"protocol"`
 * 
 * ## `"username"`
 * 
 * ## `"password"`
 * 
 * ## `"host"`
 * 
 * ## `"hostname"`
 * 
 * ## `"port"`
 * 
 * ## `"pathname"`
 * 
 * ## `"search"`
 * 
 * ## `"hash"`
 */
export type Component = 'href' | 'protocol' | 'username' | 'password' | 'host' | 'hostname' | 'port' | 'pathname' | 'search' | 'hash';
