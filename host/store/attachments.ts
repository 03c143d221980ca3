import { and, asc, eq } from "drizzle-orm";
import { configById } from "./plugin-configs.ts";
import type { Registry } from "./registry.ts";
import { pluginAttachment, pluginConfig } from "./schema.ts";

export type PluginAttachment = typeof pluginAttachment.$inferSelect;
export type NewAttachment = Omit<PluginAttachment, "id" | "pluginConfigId" | "createdAt">;

/** The attachments of one config of a team, by key. */
export async function attachmentsOf(db: Registry, teamId: number, configId: number): Promise<PluginAttachment[]> {
  const rows = await db
    .select({ attachment: pluginAttachment })
    .from(pluginAttachment)
    .innerJoin(pluginConfig, eq(pluginConfig.id, pluginAttachment.pluginConfigId))
    .where(and(eq(pluginConfig.id, configId), eq(pluginConfig.teamId, teamId)))
    .orderBy(asc(pluginAttachment.key));
  return rows.map(({ attachment }) => attachment);
}

/**
 * Records a file that was put into R2 for a config, in place of the one under the same key. Null when the team has no
 * such config.
 */
export async function putAttachment(
  db: Registry,
  teamId: number,
  configId: number,
  attachment: NewAttachment,
  now: number,
): Promise<PluginAttachment | null> {
  if ((await configById(db, teamId, configId)) === null) return null;
  const [[saved]] = await db.batch([
    db
      .insert(pluginAttachment)
      .values({ ...attachment, pluginConfigId: configId, createdAt: now })
      .onConflictDoUpdate({
        target: [pluginAttachment.pluginConfigId, pluginAttachment.key],
        set: { ...attachment, createdAt: now },
      })
      .returning(),
    touchConfig(db, teamId, configId, now),
  ]);
  return saved ?? null;
}

/** Forgets the file under a key; answers what was there, for its bytes to be removed, or null. */
export async function deleteAttachment(
  db: Registry,
  teamId: number,
  configId: number,
  key: string,
  now: number,
): Promise<PluginAttachment | null> {
  if ((await configById(db, teamId, configId)) === null) return null;
  const [[deleted]] = await db.batch([
    db
      .delete(pluginAttachment)
      .where(and(eq(pluginAttachment.pluginConfigId, configId), eq(pluginAttachment.key, key)))
      .returning(),
    touchConfig(db, teamId, configId, now),
  ]);
  return deleted ?? null;
}

/** A changed attachment is a changed config: the plugin is loaded again. */
function touchConfig(db: Registry, teamId: number, configId: number, now: number) {
  return db
    .update(pluginConfig)
    .set({ updatedAt: now })
    .where(and(eq(pluginConfig.id, configId), eq(pluginConfig.teamId, teamId)));
}
