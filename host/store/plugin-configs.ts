import { and, asc, eq, sql } from "drizzle-orm";
import { askForTasks } from "./due-teams.ts";
import { noteVersion } from "./config-versions.ts";
import { lastInsertId } from "./last-insert-id.ts";
import { pluginById } from "./plugins.ts";
import type { Registry } from "./registry.ts";
import { pluginConfig, pluginConfigVersion } from "./schema.ts";
import { teamById } from "./teams.ts";

export type PluginConfig = typeof pluginConfig.$inferSelect;
export type NewPluginConfig = Pick<PluginConfig, "pluginId" | "config"> &
  Partial<
    Pick<
      PluginConfig,
      "secrets" | "pinned" | "pluginVersionId" | "name" | "enabled" | "order" | "onError" | "grants" | "limits"
    >
  >;
export type PluginConfigChanges = Partial<Omit<PluginConfig, "id" | "teamId" | "pluginId" | "createdAt" | "updatedAt">>;

const isOf = (teamId: number, configId: number) => and(eq(pluginConfig.id, configId), eq(pluginConfig.teamId, teamId));

/** All configs of a team, in the order in which their plugins run. */
export function configsOf(
  db: Registry,
  teamId: number,
  { limit, offset }: { limit: number; offset: number } = { limit: -1, offset: 0 },
): Promise<PluginConfig[]> {
  return db
    .select()
    .from(pluginConfig)
    .where(eq(pluginConfig.teamId, teamId))
    .orderBy(asc(pluginConfig.order), asc(pluginConfig.id))
    .limit(limit)
    .offset(offset);
}

/** Ids of all configs of a team. */
export async function configIdsOf(db: Registry, teamId: number): Promise<number[]> {
  const rows = await db.select({ id: pluginConfig.id }).from(pluginConfig).where(eq(pluginConfig.teamId, teamId));
  return rows.map(({ id }) => id);
}

/** One config of a team, or null. */
export async function configById(db: Registry, teamId: number, configId: number): Promise<PluginConfig | null> {
  return (await db.select().from(pluginConfig).where(isOf(teamId, configId)).get()) ?? null;
}

/**
 * Adds a config, last in order and at the plugin's latest version unless told otherwise. Null when the team does not
 * exist or may not use the plugin. Throws when the version is not one of the plugin's.
 */
export async function createConfig(
  db: Registry,
  teamId: number,
  values: NewPluginConfig,
  now: number,
): Promise<PluginConfig | null> {
  const owner = await teamById(db, teamId);
  const used = owner && (await pluginById(db, owner.organizationId, values.pluginId));
  const pluginVersionId = values.pluginVersionId ?? used?.latestVersionId;
  if (used === null || pluginVersionId === undefined || pluginVersionId === null) return null;
  const last = sql<number>`(select coalesce(max("order"), 0) + 1 from ${pluginConfig} where team_id = ${teamId})`;
  const [[created]] = await db.batch([
    db
      .insert(pluginConfig)
      .values({ order: last, ...values, pluginVersionId, teamId, createdAt: now, updatedAt: now })
      .returning(),
    db.insert(pluginConfigVersion).values({ pluginConfigId: lastInsertId, pluginVersionId, at: now }),
    askForTasks(db, teamId, now),
  ]);
  return created ?? null;
}

/** Changes a config; null when the team has none of that id. Throws when the version is not one of the plugin's. */
export async function updateConfig(
  db: Registry,
  teamId: number,
  configId: number,
  changes: PluginConfigChanges,
  now: number,
): Promise<PluginConfig | null> {
  const before = await configById(db, teamId, configId);
  const next = changes.pluginVersionId;
  const update = db
    .update(pluginConfig)
    .set({ ...changes, updatedAt: now })
    .where(isOf(teamId, configId))
    .returning();
  const isMoved = before !== null && next !== undefined && next !== before.pluginVersionId;
  const [[updated]] = await db.batch([
    update,
    askForTasks(db, teamId, now),
    ...(isMoved ? [noteVersion(db, configId, next, now)] : []),
  ]);
  return updated ?? null;
}

/** Removes a config and its attachments; answers whether the team had it. */
export async function deleteConfig(db: Registry, teamId: number, configId: number): Promise<boolean> {
  const deleted = await db.delete(pluginConfig).where(isOf(teamId, configId)).returning({ id: pluginConfig.id });
  return deleted.length > 0;
}

/**
 * Gives the configs of a team the orders 1, 2, 3... as listed; configs that are not listed follow in their old order.
 * Ids of other teams and repeated ids change nothing. `updated_at` stays, as no plugin has to be loaded again.
 */
export async function reorderConfigs(db: Registry, teamId: number, configIds: readonly number[]): Promise<void> {
  // One parameter, as D1 allows 100 in a statement.
  const listed = JSON.stringify(configIds);
  const place = sql`(select min(key) + 1 from json_each(${listed}) where value = ${pluginConfig.id})`;
  const unlisted = sql`${pluginConfig.order} + json_array_length(${listed})`;
  await db
    .update(pluginConfig)
    .set({ order: sql`coalesce(${place}, ${unlisted})` })
    .where(eq(pluginConfig.teamId, teamId));
}
