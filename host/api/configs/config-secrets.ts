import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import type { ConfigField } from "../../plugins/config-schema.ts";
import { type ConfigOwner, openConfig, sealConfig, type SealedConfig } from "../../secrets/sealed-config.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import { ApiError } from "../api-error.ts";

/** The values of a stored config, secrets opened. Throws ApiError 400 when one does not open any more. */
export async function openedConfig(env: Env, config: PluginConfig): Promise<JsonObject> {
  const values = await openConfig(env, config);
  if (values === undefined)
    throw ApiError.invalid(
      `The secrets of plugin config ${config.id} do not open with this ENCRYPTION_KEY: enter all of them again (${Object.keys(config.secrets).join(", ")}).`,
      "config",
    );
  return values;
}

/** Values as the registry keeps them. Throws ApiError 503 when there are secrets and nothing to seal them with. */
export async function sealedConfig(
  env: Env,
  owner: ConfigOwner,
  fields: readonly ConfigField[],
  values: JsonObject,
): Promise<SealedConfig> {
  const sealed = await sealConfig(env, owner, fields, values);
  if (sealed === undefined)
    throw ApiError.unavailable(
      "Secrets are kept encrypted, and the Worker has no ENCRYPTION_KEY. Set it as a secret of the Worker; npm start and npm run deploy make one.",
    );
  return sealed;
}
