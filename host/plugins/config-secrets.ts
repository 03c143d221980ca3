import type { Json, JsonObject } from "../event.ts";
import type { ConfigField } from "./config-schema.ts";
import type { Inject } from "./inject-schema.ts";

/** Stands in API answers for the value of a `secret` field; PostHog's clients know this text. */
export const SECRET_PLACEHOLDER = "**************** POSTHOG SECRET FIELD ****************";

/**
 * A config as readers of the API may see it: secret values that are set are replaced by the placeholder.
 * @param isSet whether a secret that is kept elsewhere is set
 */
export function maskSecrets(
  fields: readonly ConfigField[],
  config: JsonObject,
  isSet: (key: string) => boolean = () => false,
): JsonObject {
  const secrets = secretKeys(fields);
  const isMasked = (key: string, value: Json): boolean => isSet(key) || (secrets.has(key) && value !== "");
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isMasked(key, value) ? SECRET_PLACEHOLDER : value]),
  );
}

/**
 * An update of a config, completed with the stored secrets that its sender could not know: a secret that is
 * absent, null or the placeholder keeps its stored value, `""` clears it.
 */
export function keepSecrets(fields: readonly ConfigField[], stored: JsonObject, update: JsonObject): JsonObject {
  const kept = new Map(Object.entries(update));
  for (const key of secretKeys(fields)) {
    const value = kept.get(key) ?? null;
    if (value !== null && value !== SECRET_PLACEHOLDER) continue;
    kept.delete(key);
    if (Object.hasOwn(stored, key)) kept.set(key, stored[key] ?? null);
  }
  return Object.fromEntries(kept);
}

/**
 * What of a config goes along to another version of the plugin. A secret stays behind where the new version would show it, or send it
 * elsewhere: whoever entered it has to enter it again.
 * @returns the values that go along, and the keys of those that do not
 */
export function carriedOver(
  from: readonly ConfigField[],
  to: readonly ConfigField[],
  config: JsonObject,
): { config: JsonObject; left: string[] } {
  const left = from.flatMap(({ key, secret, inject }) => {
    if (key === undefined || !secret || !config[key]) return [];
    const next = to.find((field) => field.key === key);
    const isAsSafe = next?.secret && (!inject || isSameInject(inject, next.inject));
    return isAsSafe ? [] : [key];
  });
  return { config: Object.fromEntries(Object.entries(config).filter(([key]) => !left.includes(key))), left };
}

const isSameInject = (a: Inject, b: Inject | undefined): boolean =>
  b !== undefined && a.header === b.header && a.format === b.format && a.host.join() === b.host.join();

/** Keys of the fields whose values nobody may read. */
export function secretKeys(fields: readonly ConfigField[]): Set<string> {
  return new Set(fields.flatMap(({ key, secret }) => (secret && key !== undefined ? [key] : [])));
}
