import { desc, eq } from "drizzle-orm";
import type { Registry } from "./registry.ts";
import { pluginConfigVersion } from "./schema.ts";

export type ConfigVersion = typeof pluginConfigVersion.$inferSelect;

/** The statement that notes which version a config runs from now on. */
export function noteVersion(db: Registry, pluginConfigId: number, pluginVersionId: number, at: number) {
  return db.insert(pluginConfigVersion).values({ pluginConfigId, pluginVersionId, at });
}

/** Which versions a config ran, newest first. */
export function versionsOfConfig(db: Registry, pluginConfigId: number, limit: number): Promise<ConfigVersion[]> {
  return db
    .select()
    .from(pluginConfigVersion)
    .where(eq(pluginConfigVersion.pluginConfigId, pluginConfigId))
    .orderBy(desc(pluginConfigVersion.id))
    .limit(limit);
}
