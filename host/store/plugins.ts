import { askForTasksOf } from "./due-teams.ts";
import { and, eq, or } from "drizzle-orm";
import type { Registry } from "./registry.ts";
import { plugin, pluginConfig } from "./schema.ts";

export type Plugin = typeof plugin.$inferSelect;

/** An attempt to uninstall a plugin that every organization may be using. */
export class PluginIsGlobalError extends Error {
  override readonly name = "PluginIsGlobalError";
  constructor() {
    super("This plugin is marked as global! Make it local before uninstallation");
  }
}

/** Plugins that an organization may use: its own and the global ones. */
const usableBy = (organizationId: number) => or(eq(plugin.organizationId, organizationId), eq(plugin.isGlobal, true));

/** The plugins that an organization may use, oldest first. */
export function pluginsOf(db: Registry, organizationId: number): Promise<Plugin[]> {
  return db.select().from(plugin).where(usableBy(organizationId)).orderBy(plugin.id);
}

/** A plugin that an organization may use, its own or a global one; null when there is none of that id. */
export async function pluginById(db: Registry, organizationId: number, pluginId: number): Promise<Plugin | null> {
  const found = await db
    .select()
    .from(plugin)
    .where(and(eq(plugin.id, pluginId), usableBy(organizationId)))
    .get();
  return found ?? null;
}

/** The organization's own plugin that was installed from a URL without query string, or null. */
export async function pluginByUrl(db: Registry, organizationId: number, url: string): Promise<Plugin | null> {
  const found = await db
    .select()
    .from(plugin)
    .where(and(eq(plugin.url, url), eq(plugin.organizationId, organizationId)))
    .get();
  return found ?? null;
}

/** Changes what is known of a plugin. Throws when it is there no more. */
export function updatePlugin(
  db: Registry,
  { id }: Pick<Plugin, "id">,
  changes: Partial<Pick<Plugin, "latestTag" | "latestTagCheckedAt" | "latestTagEtag">>,
): Promise<Plugin> {
  return db.update(plugin).set(changes).where(eq(plugin.id, id)).returning().get();
}

/** Offers a plugin to all organizations, or to its own alone. Teams are asked for their tasks anew, as some may use it now or may no more. */
export async function offerPlugin(
  db: Registry,
  { id }: Pick<Plugin, "id">,
  isGlobal: boolean,
  now: number,
): Promise<Plugin> {
  const update = db.update(plugin).set({ isGlobal }).where(eq(plugin.id, id)).returning();
  const [[updated]] = await db.batch([update, askForTasksOf(db, id, now)]);
  if (updated === undefined) throw new Error(`plugin ${id} is gone`);
  return updated;
}

/**
 * Uninstalls a plugin of an organization with its versions and configs. Answers the teams that had it, for their
 * objects to be told, or null when the organization does not own it. Throws PluginIsGlobalError.
 */
export async function deletePlugin(db: Registry, organizationId: number, pluginId: number): Promise<number[] | null> {
  const owned = await db
    .select({ isGlobal: plugin.isGlobal })
    .from(plugin)
    .where(and(eq(plugin.id, pluginId), eq(plugin.organizationId, organizationId)))
    .get();
  if (owned === undefined) return null;
  if (owned.isGlobal) throw new PluginIsGlobalError();
  const [teams] = await db.batch([
    db.selectDistinct({ teamId: pluginConfig.teamId }).from(pluginConfig).where(eq(pluginConfig.pluginId, pluginId)),
    db.delete(plugin).where(and(eq(plugin.id, pluginId), eq(plugin.organizationId, organizationId))),
  ]);
  return teams.map(({ teamId }) => teamId);
}
