import ipaddr from "ipaddr.js";

import { HostError } from "../../runtime/host-error.ts";

/** The hosts that a plugin may fetch: every public one, or a list such as `["api.x.com", "*.y.com", "z.com:8443"]`. */
export type AllowedHosts = "*" | readonly string[];

/** What a plugin's requests are held to. */
export interface FetchRules {
  hosts: AllowedHosts;
  /** Whether the operator lets plugins reach the machine itself: `localhost`, 127.0.0.0/8, ::1. Granted it has to be all the same. */
  loopback: boolean;
}

const DEFAULT_PORTS: Record<string, string> = { "http:": "80", "https:": "443" };
/** Names that never belong to a public host: special-use domains, and what clouds call their metadata servers. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;
/** Every IPv6 address of the public internet is in here; what is not documentation, that is. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");
const DOCUMENTATION = ipaddr.IPv6.parseCIDR("3fff::/20");

/**
 * The address that a plugin asks for, when a plugin may ask for it at all.
 * @throws {HostError} `TypeError` for text that is no address, `DeniedError` naming rule and remedy for one that is refused
 */
export function checkUrl(text: string, rules: FetchRules): URL {
  const url = parse(text);
  checkGranted(url, rules);
  checkReachable(url, rules);
  return url;
}

/** Checks what no grant would change. */
function checkReachable(url: URL, { loopback }: FetchRules): void {
  if (!Object.hasOwn(DEFAULT_PORTS, url.protocol))
    throw denied(`fetch of ${url.protocol} addresses`, "only http: and https: can be fetched");
  if (isLoopback(url)) {
    if (!loopback) throw denied(`fetch to ${url.hostname}`, `${PUBLIC_ONLY}, or set ALLOW_LOOPBACK=true`);
  } else if (isLocalName(url)) throw denied(`fetch to ${url.hostname}`, PUBLIC_ONLY);
}

/** Whether a URL's host is this machine, by its address or by its name. */
export function isLoopback(url: URL): boolean {
  const literal = literalAddress(url);
  if (literal !== undefined) return ipaddr.parse(literal).range() === "loopback";
  return /(?:^|\.)localhost$/.test(withoutDots(url.hostname));
}

/**
 * Checks that a host is among the granted ones.
 * @throws {HostError} `DeniedError` when it is not, naming what would grant it, if anything would
 */
export function checkGranted(url: URL, rules: FetchRules): void {
  const { hosts: allowed } = rules;
  if (allowed === "*" || allowed.some((pattern) => matchesHost(pattern, url))) return;
  // Named first, because the lines named below would not help against it.
  checkReachable(url, rules);
  const wanted = [...allowed, url.host];
  throw denied(
    `fetch to ${url.host}`,
    `this plugin is granted fetch to ${allowed.length > 0 ? `[${allowed.join(", ")}]` : "no host at all"}; ` +
      `\`"capabilities": {"fetch": ${JSON.stringify(wanted)}}\` in plugin.json, the same in the config's "grants", or \`--allow-fetch=${wanted.join(",")}\` would allow it`,
  );
}

/**
 * Checks the addresses that a name stands for, where the platform lets them be looked up.
 * @throws {HostError} `DeniedError` when any of them is not public
 */
export function checkAddresses(hostname: string, addresses: readonly string[], { loopback }: FetchRules): void {
  const address = addresses.find(
    (ip) => isPrivateAddress(ip) && !(loopback && ipaddr.isValid(ip) && ipaddr.parse(ip).range() === "loopback"),
  );
  if (address !== undefined) throw denied(`fetch to ${hostname}, which is ${address},`, PUBLIC_ONLY);
}

/** Whether an address is anything but a public host's: private, loopback, link-local (metadata servers), reserved, malformed. */
export function isPrivateAddress(ip: string): boolean {
  if (!ipaddr.isValid(ip)) return true;
  const address = ipaddr.parse(ip);
  if (!(address instanceof ipaddr.IPv6)) return address.range() !== "unicast";
  // NAT64 networks answer every lookup of an IPv4-only host with the IPv4 address inside this prefix.
  if (address.range() === "rfc6052") return ipaddr.fromByteArray(address.toByteArray().slice(12)).range() !== "unicast";
  return address.range() !== "unicast" || !address.match(GLOBAL_IPV6) || address.match(DOCUMENTATION);
}

/** The IP address that is a URL's host, without an IPv6 address's brackets; undefined for a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(host) ? host : undefined;
}

const PUBLIC_ONLY =
  "private, loopback, link-local and otherwise reserved addresses cannot be reached from a plugin; use a host on the public internet";

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new HostError("TypeError", `Only absolute URLs are supported, and "${text.slice(0, 200)}" is not one`);
  }
}

function isLocalName(url: URL): boolean {
  const literal = literalAddress(url);
  if (literal !== undefined) return isPrivateAddress(literal);
  const name = withoutDots(url.hostname);
  return !name.includes(".") || LOCAL_NAME.test(name);
}

/** Whether a URL is of a host that a pattern names: `*.y.com` stands for every subdomain of y.com; a pattern without a port for every port. */
export function matchesHost(pattern: string, url: URL): boolean {
  const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  if (port !== undefined && port !== (url.port || DEFAULT_PORTS[url.protocol])) return false;
  const name = withoutDots(url.hostname);
  if (host === "*") return true;
  return host.startsWith("*.") ? name.endsWith(host.slice(1)) : name === host;
}

/** `example.com.` is the same host as `example.com`. */
const withoutDots = (hostname: string): string => hostname.replace(/\.+$/, "");

const denied = (what: string, rule: string): HostError => new HostError("DeniedError", `${what} was denied: ${rule}`);
