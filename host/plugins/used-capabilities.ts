import { AMBIENT, CAPABILITY_NAMES } from "./capabilities.ts";
import { hostAt, type Token, tokensOf } from "./source-tokens.ts";

/** A line of the author's. */
export interface SourcePlace {
  file: string;
  /** From 1. */
  line: number;
}

/** Where code first names a capability. */
export interface CapabilityUse extends SourcePlace {
  /** Of `fetch` alone: hosts of addresses that stand in the code, each where it first does. */
  hosts?: ({ host: string } & SourcePlace)[];
  /** Of `fetch` alone: a first request whose host does not stand there, which a person has to choose; null when all do. */
  unknown_hosts?: SourcePlace | null;
}

/** Capability name -> where it is first named. */
export type UsedCapabilities = Readonly<Record<string, CapabilityUse>>;

/** More than a grant may list. */
const MAX_HOSTS = 100;

/**
 * The capabilities that code names, by reading and without running it. It may name more than it uses, such as a variable called `cache`;
 * and code that builds a name as it runs goes unseen. So this tells a person what to grant, and nothing is granted by it.
 * @param texts the plugin's files
 * @param paths those that are part of it
 */
export function usedCapabilities(texts: Readonly<Record<string, string>>, paths: readonly string[]): UsedCapabilities {
  const used = new Map<string, CapabilityUse>();
  const hosts = new Map<string, SourcePlace>();
  let unknown: SourcePlace | null = null;
  for (const file of paths) {
    if (file.endsWith(".json")) continue;
    const tokens = tokensOf(texts[file] ?? "");
    for (const [at, { line, text }] of tokens.entries()) {
      const place = { file, line };
      const host = hostAt(tokens, at);
      if (host !== undefined && hosts.size < MAX_HOSTS && !hosts.has(host)) hosts.set(host, place);
      const name = capabilityAt(tokens, at);
      if (name === undefined) continue;
      if (!used.has(name)) used.set(name, place);
      if (name === "fetch" && !isPlain(tokens, at, text)) unknown ??= place;
    }
  }
  const fetch = used.get("fetch");
  if (fetch) {
    const named = [...hosts].map(([host, place]) => ({ host, ...place }));
    used.set("fetch", { ...fetch, hosts: named, unknown_hosts: unknown });
  }
  return Object.fromEntries(used);
}

function capabilityAt(tokens: readonly Token[], at: number): string | undefined {
  const [token, before] = [tokens[at], tokens[at - 1]];
  if (token?.kind === "string" && token.text === "node-fetch") return "fetch";
  const isNamed = token?.kind === "name" || (token?.kind === "string" && before?.text === "[");
  return isNamed && GRANTED.has(token.text) ? token.text : undefined;
}

/** Everybody has the others. */
const GRANTED: ReadonlySet<string> = new Set(
  [...CAPABILITY_NAMES].filter((name) => !AMBIENT.some((ambient) => ambient === name)),
);

/** Whether a place where `fetch` is named leaves no question to which host a request goes: its address stands there, or none is made. */
function isPlain(tokens: readonly Token[], at: number, text: string): boolean {
  const textAt = (offset: number): string | undefined => tokens[at + offset]?.text;
  // An import by the name that is looked for.
  if (text === "node-fetch")
    return textAt(-2) === "fetch" || (textAt(-1) === "(" && textAt(-3) === "=" && textAt(-4) === "fetch");
  if (textAt(1) === "from" || (textAt(1) === "=" && textAt(2) === "require")) return true;
  return textAt(1) === "(" && hostAt(tokens, at + 2) !== undefined;
}
