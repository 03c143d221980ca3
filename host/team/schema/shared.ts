import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The embedded cache. */
export const cacheEntry = sqliteTable(
  "cache_entry",
  {
    key: text("key").primaryKey(),
    /** `=` and a text, or a list of texts as JSON. */
    value: text("value").notNull(),
    expiresAt: integer("expires_at"),
  },
  (table) => [
    index("cache_entry_expiry")
      .on(table.expiresAt)
      .where(sql`${table.expiresAt} is not null`),
  ],
);

/** `meta.storage` and `utils.cursor`. */
export const storageEntry = sqliteTable(
  "storage_entry",
  {
    pluginConfigId: integer("plugin_config_id").notNull(),
    key: text("key").notNull(),
    value: text("value").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pluginConfigId, table.key] })],
);
