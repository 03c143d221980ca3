import { z } from "zod";
import type { JsonObject } from "../../event.ts";
import type { ConfigField } from "../../plugins/config-schema.ts";
import { maskSecrets, SECRET_PLACEHOLDER } from "../../plugins/config-secrets.ts";
import { attachmentsOf, type PluginAttachment } from "../../store/attachments.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import { ON_ERROR } from "../../store/schema.ts";
import { versionOfConfig } from "../../store/plugin-versions.ts";
import type { Scope } from "../scope.ts";
import { isoOf, jsonObject, timestamp } from "../answers.ts";
import { capabilityGrants } from "../manifest-answers.ts";

export const configAnswer = z
  .strictObject({
    id: z.int(),
    team_id: z.int(),
    plugin_id: z.int(),
    plugin_version_id: z.int(),
    name: z.string().nullable(),
    enabled: z.boolean(),
    pinned: z.boolean().meta({ description: "Stays at its version when others move." }),
    order: z.int(),
    config: jsonObject.meta({ description: "A placeholder stands for each secret, a description for each file." }),
    on_error: z.enum(ON_ERROR),
    grants: capabilityGrants.nullable(),
    limits: jsonObject.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "PluginConfig" });

/** A config as the API shows it: a placeholder stands for each secret, and a description for each attachment. */
export function pluginConfigJson(
  config: PluginConfig,
  fields: readonly ConfigField[],
  attachments: readonly PluginAttachment[],
): z.input<typeof configAnswer> {
  const secret = new Set(fields.flatMap((field) => (field.secret ? [field.key] : [])));
  const isSet = (key: string): boolean => Object.hasOwn(config.secrets, key);
  const files = attachments.map((file) => [file.key, secret.has(file.key) ? MASKED_FILE : describe(file)] as const);
  return {
    id: config.id,
    team_id: config.teamId,
    plugin_id: config.pluginId,
    plugin_version_id: config.pluginVersionId,
    name: config.name,
    enabled: config.enabled,
    pinned: config.pinned,
    order: config.order,
    config: { ...maskSecrets(fields, config.config, isSet), ...Object.fromEntries(files) },
    on_error: config.onError,
    grants: config.grants,
    limits: config.limits,
    created_at: isoOf(config.createdAt),
    updated_at: isoOf(config.updatedAt),
  };
}

/** PostHog's clients know a secret file by these numbers. */
const MASKED_FILE = { uid: -1, saved: true, size: -1, name: SECRET_PLACEHOLDER, type: "application/octet-stream" };

function describe({ id, size, fileName, contentType }: PluginAttachment): JsonObject {
  return { uid: id, saved: true, size, name: fileName, type: contentType };
}

/** The same with what belongs to it, looked up. */
export async function shownConfig({ db }: Scope, config: PluginConfig): Promise<z.input<typeof configAnswer>> {
  const [version, attachments] = await Promise.all([
    versionOfConfig(db, config),
    attachmentsOf(db, config.teamId, config.id),
  ]);
  return pluginConfigJson(config, version.manifest.config, attachments);
}
