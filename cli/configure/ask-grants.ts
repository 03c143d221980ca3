import { AMBIENT, type CapabilityGrants, isHost } from "../../host/plugins/capabilities.ts";
import { CAPABILITY_NAMES } from "../../wit/generated/contract.ts";
import type { Prompts } from "../prompts.ts";
import type { Answer } from "../server/api.ts";
import type { Asking } from "./ask-fields.ts";

type Plugin = Pick<Answer<"GET", "/api/plugins/{id}">, "declared_capabilities" | "used_capabilities">;
type Uses = NonNullable<Plugin["used_capabilities"]>;

/** A capability, or a host of `fetch`, that a plugin asks for or was found to use. */
interface Wish {
  capability: string;
  host?: string;
  /** Where that was seen, such as `plugin.json` and `index.js:12`. */
  seen: readonly string[];
  isGranted: boolean;
}

/**
 * Asks what a plugin may use: what its plugin.json asks for, and what its code was found to name. Every public host is granted to those alone
 * who type `*`.
 * @param before what was granted so far; null when that is what the plugin asks for
 * @returns what is granted; undefined when there is nothing to grant
 */
export async function askGrants(
  asking: Asking,
  plugin: Plugin,
  before: CapabilityGrants | null,
): Promise<CapabilityGrants | undefined> {
  const wishes = wishesOf(plugin, before);
  const open = openHosts(plugin);
  if (wishes.length === 0 && open === undefined) return undefined;
  const chosen = wishes.length === 0 ? [] : await choose(asking.prompts, wishes);
  const isOffered = (host: string): boolean => wishes.some((wish) => wish.host === host);
  const others =
    open === undefined
      ? []
      : await askHosts(
          asking,
          open,
          hostsOf(before).filter((host) => !isOffered(host)),
        );
  const hosts = [...new Set([...chosen.flatMap(({ host }) => (host === undefined ? [] : [host])), ...others])];
  const names = chosen.flatMap(({ capability, host }) => (host === undefined ? [[capability, true] as const] : []));
  return { ...Object.fromEntries(names), ...(hosts.length > 0 && { fetch: hosts }) };
}

async function choose(prompts: Prompts, wishes: readonly Wish[]): Promise<Wish[]> {
  const choices = wishes.map(({ capability, host, seen }, index) => ({
    value: String(index),
    label: `${host === undefined ? capability : `${capability} from ${host}`}  (${seen.join(", ") || "not known"})`,
  }));
  const initial = choices.filter((_, index) => wishes[index]?.isGranted).map(({ value }) => value);
  const chosen = await prompts.several("What may it use? (space chooses, enter goes on)", choices, initial);
  return wishes.filter((_, index) => chosen.includes(String(index)));
}

async function askHosts({ prompts, say }: Asking, why: string, initial: readonly string[]): Promise<string[]> {
  say(`${why}. Grant api.example.com, *.example.org, or * for every public host.`);
  const answer = await prompts.text("Other hosts that it may fetch from", {
    initial: initial.join(", "),
    check: (text) => {
      const wrong = listed(text).find((host) => !isHost(host));
      return wrong === undefined ? undefined : `${wrong} must be a lower-case host, without scheme or path`;
    },
  });
  return listed(answer);
}

const listed = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function wishesOf(
  { declared_capabilities: declared, used_capabilities: used }: Plugin,
  before: CapabilityGrants | null,
): Wish[] {
  return CAPABILITY_NAMES.filter((name) => !AMBIENT.includes(name)).flatMap((name): Wish[] => {
    if (name === "fetch") return hostWishes(declared, used, before);
    const isDeclared = declared?.[name] === true;
    const place = used?.[name];
    // What was installed before its code was looked at may use anything.
    if (!isDeclared && !place && (declared !== null || used !== null)) return [];
    const isGranted = before === null ? isDeclared || declared === null : before[name] === true;
    return [{ capability: name, seen: seenAt(isDeclared, place), isGranted }];
  });
}

function hostWishes(declared: CapabilityGrants | null, used: Uses | null, before: CapabilityGrants | null): Wish[] {
  const asked = hostsOf(declared).filter((host) => host !== "*");
  const found = used?.["fetch"]?.hosts ?? [];
  const granted = hostsOf(before);
  return [...new Set([...asked, ...found.map(({ host }) => host)])].map((host) => {
    const isDeclared = asked.includes(host);
    const seen = seenAt(
      isDeclared,
      found.find((each) => each.host === host),
    );
    return {
      capability: "fetch",
      host,
      seen,
      isGranted: before === null ? isDeclared || declared === null : granted.includes(host),
    };
  });
}

/** Why a person has to say which hosts; undefined when all are known. */
function openHosts({ declared_capabilities: declared, used_capabilities: used }: Plugin): string | undefined {
  if (declared !== null)
    return hostsOf(declared).includes("*") ? "Its plugin.json asks to fetch from every host" : undefined;
  const place = used?.["fetch"]?.unknown_hosts;
  if (place) return `${place.file}:${place.line} fetches from a host that is known only as it runs`;
  return used === null ? "It is not known which hosts it fetches from" : undefined;
}

function hostsOf(grants: CapabilityGrants | null): readonly string[] {
  const hosts = grants?.["fetch"];
  if (hosts === true) return ["*"];
  return Array.isArray(hosts) ? (hosts as readonly string[]) : [];
}

function seenAt(isDeclared: boolean, place: { file: string; line: number } | undefined): string[] {
  return [...(isDeclared ? ["plugin.json"] : []), ...(place ? [`${place.file}:${place.line}`] : [])];
}
