import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import type { PluginAttachment } from "./attachments.ts";
import type { PluginConfig } from "./plugin-configs.ts";
import type { PluginVersion } from "./plugin-versions.ts";
import type { Registry } from "./registry.ts";
import { plugin, pluginAttachment, pluginConfig, pluginVersion, team } from "./schema.ts";

/** Everything that a team's object needs to know of one enabled config to run its plugin. */
export interface EnabledConfig extends Omit<PluginConfig, "enabled"> {
  /** The plugin's name, as in `$plugins_succeeded`. */
  pluginName: string;
  version: Pick<PluginVersion, "hash" | "tag" | "manifest" | "bundleKey" | "inspected">;
  attachments: PluginAttachment[];
}

/**
 * The enabled configs of a team, in the order in which their plugins run: by `order`, then by id. Leaves out plugins
 * that the team's organization may not use any more.
 */
export async function enabledConfigs(db: Registry, teamId: number): Promise<EnabledConfig[]> {
  const isEnabled = and(eq(pluginConfig.teamId, teamId), eq(pluginConfig.enabled, true));
  const [rows, attachments] = await db.batch([
    db
      .select({
        config: pluginConfig,
        // Columns of one name overwrite each other in a batch on D1.
        pluginName: sql<string>`${plugin.name}`.as("plugin_name"),
        hash: pluginVersion.hash,
        tag: pluginVersion.tag,
        manifest: pluginVersion.manifest,
        bundleKey: pluginVersion.bundleKey,
        inspected: pluginVersion.inspected,
      })
      .from(pluginConfig)
      .innerJoin(team, eq(team.id, pluginConfig.teamId))
      .innerJoin(plugin, eq(plugin.id, pluginConfig.pluginId))
      .innerJoin(pluginVersion, eq(pluginVersion.id, pluginConfig.pluginVersionId))
      .where(
        and(
          isEnabled,
          isNull(team.erasingAt),
          or(eq(plugin.organizationId, team.organizationId), eq(plugin.isGlobal, true)),
        ),
      )
      .orderBy(asc(pluginConfig.order), asc(pluginConfig.id)),
    db
      .select({ attachment: pluginAttachment })
      .from(pluginAttachment)
      .innerJoin(pluginConfig, eq(pluginConfig.id, pluginAttachment.pluginConfigId))
      .where(isEnabled)
      .orderBy(asc(pluginAttachment.key)),
  ]);
  return rows.map(({ config: { enabled: _enabled, ...config }, pluginName, ...version }) => ({
    ...config,
    pluginName,
    version,
    attachments: attachments
      .map(({ attachment }) => attachment)
      .filter(({ pluginConfigId }) => pluginConfigId === config.id),
  }));
}
