import { gt, valid } from "semver";
import { z } from "zod";
import type { Plugin } from "../../store/plugins.ts";
import { type PluginVersion, versionOfPlugin } from "../../store/plugin-versions.ts";
import { PLUGIN_TYPES } from "../../store/schema.ts";

import { isoOf, isoOrNull, timestamp } from "../answers.ts";
import { capabilityGrants, configSchema } from "../manifest-answers.ts";
import type { Scope } from "../scope.ts";
import { usedCapabilitiesAnswer, usedCapabilitiesJson } from "./used-capabilities-json.ts";

export const versionTag = z.strictObject({ id: z.int(), hash: z.string(), tag: z.string().nullable() });

const functions = z.strictObject({
  methods: z.array(z.string()),
  scheduled_tasks: z.array(z.string()),
  jobs: z.array(z.string()),
});

export const pluginAnswer = z
  .strictObject({
    id: z.int(),
    name: z.string(),
    description: z.string(),
    plugin_type: z.enum(PLUGIN_TYPES),
    url: z.string().nullable(),
    icon: z.string().nullable(),
    organization_id: z.int(),
    is_global: z.boolean(),
    latest_version: versionTag.nullable(),
    latest_tag: z
      .string()
      .nullable()
      .meta({ description: "The newest npm version or commit of where it comes from, when that was last looked up." }),
    latest_tag_checked_at: timestamp.nullable(),
    update_available: z.boolean(),
    capabilities: functions.nullable().meta({ description: "The functions that were found in it." }),
    declared_capabilities: capabilityGrants.nullable().meta({
      description: "What the author says that it needs, to be granted in a config.",
    }),
    used_capabilities: usedCapabilitiesAnswer,
    config_schema: configSchema,
    warnings: z.array(z.string()),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "Plugin" });

/** A plugin that was installed just now: it has a version. */
export const installedAnswer = pluginAnswer.extend({ latest_version: versionTag, capabilities: functions });

/** A plugin as the API shows it, with PostHog's names. It never shows the token that opens its URL. */
export function pluginJson(
  plugin: Plugin,
  version: PluginVersion | null,
  warnings: readonly string[] = [],
): z.input<typeof pluginAnswer> {
  return {
    id: plugin.id,
    name: plugin.name,
    description: plugin.description,
    plugin_type: plugin.pluginType,
    url: plugin.url,
    icon: plugin.icon,
    organization_id: plugin.organizationId,
    is_global: plugin.isGlobal,
    latest_version: version && tagOf(version),
    latest_tag: plugin.latestTag,
    latest_tag_checked_at: isoOrNull(plugin.latestTagCheckedAt),
    update_available: plugin.latestTag !== null && isUpdate(plugin.latestTag, version?.tag ?? null),
    capabilities: version && functionsOf(version),
    declared_capabilities: version?.manifest.capabilities ?? null,
    used_capabilities: version && usedCapabilitiesJson(version.inspected),
    config_schema: version?.manifest.config ?? [],
    warnings: [...warnings],
    created_at: isoOf(plugin.createdAt),
    updated_at: isoOf(plugin.updatedAt),
  };
}

/** The same for one that was installed just now. */
export function installedJson(
  plugin: Plugin,
  version: PluginVersion,
  warnings: readonly string[],
): z.input<typeof installedAnswer> {
  return {
    ...pluginJson(plugin, version, warnings),
    latest_version: tagOf(version),
    capabilities: functionsOf(version),
  };
}

const tagOf = ({ id, hash, tag }: PluginVersion) => ({ id, hash, tag });

const functionsOf = ({ inspected: { methods, tasks, jobs } }: PluginVersion) => ({
  methods,
  scheduled_tasks: tasks,
  jobs,
});

/** Whether the newest that there is would be news: versions have an order, commits do not. */
function isUpdate(latest: string, installed: string | null): boolean {
  if (installed === null || valid(latest) === null || valid(installed) === null) return latest !== installed;
  return gt(latest, installed);
}

/** The same with the latest version, looked up. */
export async function shownPlugin({ db }: Scope, plugin: Plugin): Promise<z.input<typeof pluginAnswer>> {
  const { latestVersionId: latest } = plugin;
  return pluginJson(plugin, latest === null ? null : await versionOfPlugin(db, plugin, latest));
}
