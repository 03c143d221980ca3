import { and, desc, eq, sql } from "drizzle-orm";
import { lastInsertId } from "./last-insert-id.ts";
import type { Plugin } from "./plugins.ts";
import type { Registry } from "./registry.ts";
import { plugin, pluginVersion } from "./schema.ts";

export type PluginVersion = typeof pluginVersion.$inferSelect;
export type NewVersion = Omit<PluginVersion, "id" | "pluginId" | "createdAt">;
export type PluginDetails = Pick<Plugin, "name" | "description" | "icon" | "url" | "privateToken">;

export interface SavedVersion {
  plugin: Plugin;
  version: PluginVersion;
}

/** Adds a plugin with its first version. Throws when the organization has a plugin from the same URL. */
export async function createPlugin(
  db: Registry,
  organizationId: number,
  details: Partial<PluginDetails> & Pick<Plugin, "name" | "pluginType">,
  version: NewVersion,
  now: number,
): Promise<SavedVersion> {
  const insertedVersion = sql`${pluginVersion.id} = ${lastInsertId}`;
  const [, [savedVersion], [saved]] = await db.batch([
    db.insert(plugin).values({ ...details, organizationId, createdAt: now, updatedAt: now }),
    db
      .insert(pluginVersion)
      .values({ ...version, pluginId: lastInsertId, createdAt: now })
      .returning(),
    db
      .update(plugin)
      .set({ latestVersionId: lastInsertId })
      .where(eq(plugin.id, db.select({ id: pluginVersion.pluginId }).from(pluginVersion).where(insertedVersion)))
      .returning(),
  ]);
  if (saved === undefined || savedVersion === undefined) throw new Error("D1 did not answer the inserted plugin");
  return { plugin: saved, version: savedVersion };
}

/**
 * Makes a version the latest of an organization's plugin, adding it unless the plugin has had that content before.
 * Configs stay at the version that they have. Null when the organization does not own the plugin.
 */
export async function saveVersion(
  db: Registry,
  organizationId: number,
  pluginId: number,
  details: Partial<PluginDetails>,
  version: NewVersion,
  now: number,
): Promise<SavedVersion | null> {
  const isOwned = and(eq(plugin.id, pluginId), eq(plugin.organizationId, organizationId));
  const isSame = and(eq(pluginVersion.pluginId, pluginId), eq(pluginVersion.hash, version.hash));
  const owned = await db.select({ id: plugin.id }).from(plugin).where(isOwned).get();
  if (owned === undefined) return null;
  const [, [saved], [savedVersion]] = await db.batch([
    db
      .insert(pluginVersion)
      .values({ ...version, pluginId, createdAt: now })
      .onConflictDoNothing(),
    db
      .update(plugin)
      .set({
        ...details,
        ...(details.url !== undefined && whatWasSeenAt(details.url)),
        latestVersionId: sql`(${db.select({ id: pluginVersion.id }).from(pluginVersion).where(isSame)})`,
        updatedAt: now,
      })
      .where(isOwned)
      .returning(),
    db.select().from(pluginVersion).where(isSame),
  ]);
  if (saved === undefined || savedVersion === undefined) return null;
  return { plugin: saved, version: savedVersion };
}

/** What was seen of updates stays while the plugin comes from the same place. */
function whatWasSeenAt(url: string | null) {
  const isSame = sql`${plugin.url} is ${url}`;
  return {
    latestTag: sql`iif(${isSame}, ${plugin.latestTag}, null)`,
    latestTagCheckedAt: sql`iif(${isSame}, ${plugin.latestTagCheckedAt}, null)`,
    latestTagEtag: sql`iif(${isSame}, ${plugin.latestTagEtag}, null)`,
  };
}

/** Versions of a plugin, newest first. */
export function versionsOf(
  db: Registry,
  { id }: Pick<Plugin, "id">,
  { limit, offset }: { limit: number; offset: number },
): Promise<PluginVersion[]> {
  return db
    .select()
    .from(pluginVersion)
    .where(eq(pluginVersion.pluginId, id))
    .orderBy(desc(pluginVersion.id))
    .limit(limit)
    .offset(offset);
}

/** One version of a plugin, or null when it has none of that id. */
export async function versionOfPlugin(
  db: Registry,
  { id }: Pick<Plugin, "id">,
  versionId: number,
): Promise<PluginVersion | null> {
  const isThis = and(eq(pluginVersion.pluginId, id), eq(pluginVersion.id, versionId));
  return (await db.select().from(pluginVersion).where(isThis).get()) ?? null;
}

/** The version that a config is at. */
export async function versionOfConfig(
  db: Registry,
  { id, pluginId, pluginVersionId }: { id: number; pluginId: number; pluginVersionId: number },
): Promise<PluginVersion> {
  const version = await versionOfPlugin(db, { id: pluginId }, pluginVersionId);
  if (version === null) throw new Error(`plugin config ${id} has a version that is not there`);
  return version;
}
