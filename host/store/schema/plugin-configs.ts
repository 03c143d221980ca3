import { foreignKey, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { JsonObject } from "../../event.ts";
import type { CapabilityGrants } from "../../plugins/capabilities.ts";
import { plugin, pluginVersion } from "./plugins.ts";
import { team } from "./tenants.ts";
import { createdAt, updatedAt } from "./times.ts";

/** What happens to an event when the plugin fails on it: it continues unchanged, waits for a retry, or is dropped. */
export const ON_ERROR = ["pass", "hold", "drop"] as const;
export type OnError = (typeof ON_ERROR)[number];

/** One enabling of a plugin in one team. The same plugin may be there several times. */
export const pluginConfig = sqliteTable(
  "plugin_config",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    teamId: integer("team_id")
      .notNull()
      .references(() => team.id, { onDelete: "cascade" }),
    pluginId: integer("plugin_id")
      .notNull()
      .references(() => plugin.id, { onDelete: "cascade" }),
    pluginVersionId: integer("plugin_version_id").notNull(),
    /** Tells several configs of one plugin apart; null shows the plugin's name. */
    name: text("name"),
    enabled: integer("enabled", { mode: "boolean" }).notNull().default(false),
    /** Ascending order of the pipeline; equal orders run by id. */
    order: integer("order").notNull(),
    /** Complete values, defaults merged, as the plugin gets them; secrets are empty here. */
    config: text("config", { mode: "json" }).$type<JsonObject>().notNull(),
    /** Values of secret fields by key, sealed. */
    secrets: text("secrets", { mode: "json" }).$type<Record<string, string>>().notNull().default({}),
    /** Stays at its version when others move. */
    pinned: integer("pinned", { mode: "boolean" }).notNull().default(false),
    onError: text("on_error", { enum: ON_ERROR }).notNull().default("pass"),
    /** Capabilities that a person granted; null until somebody has decided. */
    grants: text("grants", { mode: "json" }).$type<CapabilityGrants>(),
    /** Limits that differ from the defaults. */
    limits: text("limits", { mode: "json" }).$type<JsonObject>(),
    createdAt,
    updatedAt,
  },
  (table) => [
    index("plugin_config_team").on(table.teamId, table.order),
    index("plugin_config_plugin").on(table.pluginId),
    foreignKey({
      name: "plugin_config_version",
      columns: [table.pluginId, table.pluginVersionId],
      foreignColumns: [pluginVersion.pluginId, pluginVersion.id],
    }),
  ],
);

/** Which versions a config ran, newest last: what it can be rolled back to. */
export const pluginConfigVersion = sqliteTable(
  "plugin_config_version",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginConfigId: integer("plugin_config_id")
      .notNull()
      .references(() => pluginConfig.id, { onDelete: "cascade" }),
    pluginVersionId: integer("plugin_version_id").notNull(),
    /** Since when. */
    at: integer("at").notNull(),
  },
  (table) => [index("plugin_config_version_config").on(table.pluginConfigId, table.id)],
);

/** A file uploaded into a field of type `attachment`. */
export const pluginAttachment = sqliteTable(
  "plugin_attachment",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginConfigId: integer("plugin_config_id")
      .notNull()
      .references(() => pluginConfig.id, { onDelete: "cascade" }),
    key: text("key").notNull(),
    /** As the browser said it when uploading. */
    contentType: text("content_type").notNull(),
    fileName: text("file_name").notNull(),
    /** Bytes. */
    size: integer("size").notNull(),
    /** SHA-256 of the contents in lower-case hex. */
    hash: text("hash").notNull(),
    r2Key: text("r2_key").notNull(),
    createdAt,
  },
  (table) => [uniqueIndex("plugin_attachment_key").on(table.pluginConfigId, table.key)],
);
