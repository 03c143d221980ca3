import type { JsonObject } from "../event.ts";
import { secretKeys } from "../plugins/config-secrets.ts";
import type { ConfigField } from "../plugins/config-schema.ts";
import { type KeyEnv, openSecret, placeOf, sealSecret } from "./registry-secrets.ts";

/** A config as the registry keeps it: in place of each secret stands an empty text, and the secret is sealed beside it. */
export interface SealedConfig {
  config: JsonObject;
  /** Sealed values by key. */
  secrets: Record<string, string>;
}

/** Whose config it is. A secret that is moved to another team or plugin does not open there. */
export interface ConfigOwner {
  teamId: number;
  pluginId: number;
}

/** Seals the secrets of a config; undefined when there are some and the Worker has no ENCRYPTION_KEY. */
export async function sealConfig(
  env: KeyEnv,
  { teamId, pluginId }: ConfigOwner,
  fields: readonly ConfigField[],
  values: JsonObject,
): Promise<SealedConfig | undefined> {
  const config = new Map(Object.entries(values));
  const secrets = new Map<string, string>();
  for (const key of secretKeys(fields)) {
    const value = config.get(key);
    if (typeof value !== "string" || value === "") continue;
    const sealed = await sealSecret(env, placeOf.configValue(teamId, pluginId, key), value);
    if (sealed === undefined) return undefined;
    secrets.set(key, sealed);
    config.set(key, "");
  }
  return { config: Object.fromEntries(config), secrets: Object.fromEntries(secrets) };
}

/** The values of a config, secrets opened; undefined when one of them does not open any more. */
export async function openConfig(
  env: KeyEnv,
  { teamId, pluginId, config, secrets }: ConfigOwner & SealedConfig,
): Promise<JsonObject | undefined> {
  const values = new Map(Object.entries(config));
  for (const [key, sealed] of Object.entries(secrets)) {
    const value = await openSecret(env, placeOf.configValue(teamId, pluginId, key), sealed);
    if (value === undefined) return undefined;
    values.set(key, value);
  }
  return Object.fromEntries(values);
}
