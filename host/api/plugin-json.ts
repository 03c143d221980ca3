import type { Json, JsonObject } from "../event.ts";
import type { Plugin } from "../store/plugins.ts";
import type { PluginVersion } from "../store/plugin-versions.ts";

/** A plugin as the API shows it, with PostHog's names. It never shows the token that opens its URL. */
export function pluginJson(
  plugin: Plugin,
  version: PluginVersion | null,
  warnings: readonly string[] = [],
): JsonObject {
  return {
    id: plugin.id,
    name: plugin.name,
    description: plugin.description,
    plugin_type: plugin.pluginType,
    url: plugin.url,
    icon: plugin.icon,
    organization_id: plugin.organizationId,
    is_global: plugin.isGlobal,
    latest_version: version && { id: version.id, hash: version.hash, tag: version.tag },
    capabilities: version && {
      methods: version.inspected.methods,
      scheduled_tasks: version.inspected.tasks,
      jobs: version.inspected.jobs,
    },
    /** What the author says that it needs, to be granted in a config. */
    declared_capabilities: (version?.manifest.capabilities ?? null) as Json,
    config_schema: (version?.manifest.config ?? []) as unknown as Json,
    warnings: [...warnings],
    created_at: new Date(plugin.createdAt).toISOString(),
    updated_at: new Date(plugin.updatedAt).toISOString(),
  };
}
