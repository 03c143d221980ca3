import { HostError } from "../../runtime/host-error.ts";
import { isLoopback, matchesHost } from "../capabilities/fetch-guard.ts";
import type { JsonObject } from "../event.ts";
import type { ConfigField } from "../plugins/config-schema.ts";
import { MIN_ANYWHERE } from "./forms.ts";

/** A secret that a plugin uses without seeing it. */
export interface Injection {
  key: string;
  value: string;
  host: readonly string[];
  header: string;
  format: string;
}

/** What of a config is secret, and what the plugin gets to see. */
export interface SplitConfig {
  /** The plugin's `meta.config`: in place of each value that is injected stands its placeholder. */
  seen: JsonObject;
  injections: Injection[];
  /** Every secret value, injected or not. */
  values: string[];
}

/** What a plugin gets in place of a secret that it may use and not see. */
export const placeholderOf = (key: string): string => `{{secret:${key}}}`;

/**
 * Tells what of a config is secret. What is empty is not: plugins ask whether a key was entered. Nor is a choice: plugin.json has them
 * all.
 */
export function splitConfig(fields: readonly ConfigField[], config: JsonObject): SplitConfig {
  const seen = new Map(Object.entries(config));
  const split: Omit<SplitConfig, "seen"> = { injections: [], values: [] };
  for (const { key, type, secret, inject } of fields) {
    const value = key === undefined ? undefined : seen.get(key);
    if (key === undefined || !secret || type === "choice" || typeof value !== "string" || value === "") continue;
    split.values.push(value);
    if (!inject) continue;
    seen.set(key, placeholderOf(key));
    split.injections.push({ key, value, ...inject });
  }
  return { seen: Object.fromEntries(seen), ...split };
}

/** Whether a value can be sent in a header as it is, and is found again when it comes back. */
export const isInjectable = (value: string): boolean =>
  value.length >= MIN_ANYWHERE && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);

/**
 * Headers with the secrets in place of their placeholders: in the header and towards the hosts that plugin.json names, over https or to
 * the machine itself. Anywhere else a placeholder is a text like any other. A header has to be the placeholder alone, or the format with
 * the placeholder in it.
 * @throws {HostError} when a value cannot be sent in a header
 */
export function inject(
  headers: readonly [string, string][],
  url: URL,
  injections: readonly Injection[],
): [string, string][] {
  if (url.protocol !== "https:" && !isLoopback(url)) return [...headers];
  const meant = injections.filter(({ host }) => host.some((pattern) => matchesHost(pattern, url)));
  return headers.map(([name, text]) => {
    const injection = meant.find((each) => each.header.toLowerCase() === name.toLowerCase() && isMeantBy(text, each));
    return [name, injection ? valueOf(injection) : text];
  });
}

function isMeantBy(text: string, { key, format }: Injection): boolean {
  const placeholder = placeholderOf(key);
  return text === placeholder || text === filled(format, placeholder);
}

function valueOf({ key, value, format }: Injection): string {
  if (!isInjectable(value)) throw new HostError("TypeError", `the value of config.${key} cannot be sent in a header`);
  return filled(format, value);
}

/** A function, because a value may hold `$&` and its like. */
const filled = (format: string, value: string): string => format.replace("{}", () => value);
