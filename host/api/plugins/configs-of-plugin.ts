import { and, eq } from "drizzle-orm";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import { pluginAttachment, pluginConfig, team } from "../../store/schema.ts";
import type { Team } from "../../store/teams.ts";
import type { Scope } from "../scope.ts";

export interface ConfigOfPlugin {
  config: PluginConfig;
  team: Team;
  attachments: { key: string; r2Key: string }[];
}

/** Every config that the teams which the caller sees have of a plugin. */
export async function configsOfPlugin({ db, teams }: Scope, pluginId: number): Promise<ConfigOfPlugin[]> {
  const isOfPlugin = and(eq(pluginConfig.pluginId, pluginId), teams);
  // Not a batch: D1 answers that by column names, of which config and team have some in common.
  const [configs, attachments] = await Promise.all([
    db
      .select({ config: pluginConfig, team })
      .from(pluginConfig)
      .innerJoin(team, eq(team.id, pluginConfig.teamId))
      .where(isOfPlugin)
      .orderBy(pluginConfig.id),
    db
      .select({ configId: pluginConfig.id, key: pluginAttachment.key, r2Key: pluginAttachment.r2Key })
      .from(pluginAttachment)
      .innerJoin(pluginConfig, eq(pluginConfig.id, pluginAttachment.pluginConfigId))
      .innerJoin(team, eq(team.id, pluginConfig.teamId))
      .where(isOfPlugin),
  ]);
  return configs.map((row) => ({
    ...row,
    attachments: attachments.filter(({ configId }) => configId === row.config.id),
  }));
}
