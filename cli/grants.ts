import type { AllowedHosts } from "../host/capabilities/fetch-guard.ts";
import type { JsonObject } from "../host/event.ts";
import { AMBIENT, capabilityProblems } from "../host/plugins/capabilities.ts";
import type { CapabilityGrants } from "../host/plugins/capabilities.ts";
import { CAPABILITY_NAMES } from "../wit/generated/contract.ts";
import type { CapabilityName } from "../wit/generated/contract.ts";
import { UsageError } from "./errors.ts";

/** What a plugin may use in a run. */
export interface Grants {
  granted: ReadonlySet<CapabilityName>;
  hosts: AllowedHosts;
  /** For each capability that is not granted: the rule that says so and what would change it. */
  denials: Partial<Record<CapabilityName, string>>;
}

/** `--allow-NAME`, `--allow-fetch=HOST,HOST` and `--deny-NAME`, taken out of a command line. */
export interface GrantFlags {
  allow: ReadonlyMap<CapabilityName, boolean | string[]>;
  deny: ReadonlySet<CapabilityName>;
}

export const NO_FLAGS: GrantFlags = { allow: new Map(), deny: new Set() };

/** Splits a command line into its grant flags and the rest. */
export function takeGrantFlags(argv: readonly string[]): { flags: GrantFlags; rest: string[] } {
  const allow = new Map<CapabilityName, boolean | string[]>();
  const deny = new Set<CapabilityName>();
  const rest = argv.filter((argument) => {
    const [, verb, name = "", value] = /^--(allow|deny)-([a-z]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (verb === undefined) return true;
    const capability = CAPABILITY_NAMES.find((known) => known === name);
    if (!capability)
      throw new UsageError(`${argument}: ${name} is no capability; there are ${CAPABILITY_NAMES.join(", ")}`);
    if (value !== undefined && (capability !== "fetch" || verb === "deny"))
      throw new UsageError(`${argument}: only --allow-fetch takes a value, a list of hosts`);
    if (verb === "deny") deny.add(capability);
    else allow.set(capability, allowedBy(argument, value, allow.get(capability)));
    return false;
  });
  return { flags: { allow, deny }, rest };
}

function allowedBy(
  argument: string,
  value: string | undefined,
  before: boolean | string[] | undefined,
): boolean | string[] {
  if (value === undefined || before === true) return true;
  const hosts = value.split(",").filter(Boolean);
  const [problem] = capabilityProblems({ fetch: hosts });
  if (problem || hosts.length === 0) throw new UsageError(`${argument}: ${problem?.message ?? "names no host"}`);
  return [...(Array.isArray(before) ? before : []), ...hosts];
}

/**
 * What a run grants: the case's `grants`, else what plugin.json declares, else everything; changed by the flags.
 * An object that only refuses (`{"cache": false}`) grants the rest.
 */
export function resolveGrants(
  inCase: CapabilityGrants | undefined,
  manifest: CapabilityGrants | null,
  flags: GrantFlags,
): Grants {
  const listed = inCase ?? manifest ?? { none: false };
  const all = Object.values(listed);
  const grantsRest = all.length > 0 && all.every((grant) => grant === false);
  const source = inCase === undefined ? "plugin.json" : "the case";
  const denials: Grants["denials"] = {};
  const granted = CAPABILITY_NAMES.filter((name) => {
    const flag = flags.allow.has(name);
    const grant = Object.hasOwn(listed, name) ? listed[name] : grantsRest || AMBIENT.includes(name);
    if (flags.deny.has(name)) denials[name] = `${name} was denied by --deny-${name}; leave the flag out to grant it`;
    else if (!flag && (grant === undefined || grant === false)) denials[name] = explain(name, source);
    return !Object.hasOwn(denials, name);
  });
  return {
    granted: new Set(granted),
    hosts: hostsOf(flags.allow.get("fetch") ?? listed["fetch"] ?? grantsRest),
    denials,
  };
}

/** What a case says to grant the same. */
export function grantsOfCase({ granted, hosts }: Grants): JsonObject {
  return Object.fromEntries(
    CAPABILITY_NAMES.map((name) => {
      const isLimited = name === "fetch" && hosts !== "*";
      return [name, granted.has(name) && (isLimited ? [...hosts] : true)];
    }),
  );
}

function explain(name: CapabilityName, source: string): string {
  const key = source === "the case" ? '"grants"' : '"capabilities"';
  const value = name === "fetch" ? '["api.example.com"]' : "true";
  return `${name} was denied: ${key} in ${source} does not list it; add ${JSON.stringify(name)}: ${value} there, or run with --allow-${name}`;
}

function hostsOf(grant: boolean | readonly string[]): AllowedHosts {
  if (typeof grant === "boolean") return grant ? "*" : [];
  return grant.includes("*") ? "*" : grant;
}
