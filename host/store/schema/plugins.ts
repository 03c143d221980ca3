import { type AnySQLiteColumn, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { InspectedVersion } from "../../plugins/inspected.ts";
import type { Manifest } from "../../plugins/manifest.ts";
import { organization } from "./tenants.ts";
import { createdAt, updatedAt } from "./times.ts";

/** Where a plugin's code came from, in PostHog's words. */
export const PLUGIN_TYPES = ["local", "custom", "repository", "source", "inline"] as const;
export type PluginType = (typeof PLUGIN_TYPES)[number];

/** Installed code. Belongs to an organization; `is_global` offers it to all of them. */
export const plugin = sqliteTable(
  "plugin",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    organizationId: integer("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    /** What it was installed from, without its query string; null for pasted source. */
    url: text("url"),
    /** Opens `url` when it is private, sealed. No reader of the API may see it. */
    privateToken: text("private_token"),
    pluginType: text("plugin_type", { enum: PLUGIN_TYPES }).notNull(),
    isGlobal: integer("is_global", { mode: "boolean" }).notNull().default(false),
    icon: text("icon"),
    /** The newest npm version or commit where it comes from, when somebody last looked. */
    latestTag: text("latest_tag"),
    latestTagCheckedAt: integer("latest_tag_checked_at"),
    /** The mark by which its server knows whether that still holds. */
    latestTagEtag: text("latest_tag_etag"),
    latestVersionId: integer("latest_version_id").references((): AnySQLiteColumn => pluginVersion.id, {
      onDelete: "set null",
    }),
    createdAt,
    updatedAt,
  },
  (table) => [uniqueIndex("plugin_url").on(table.organizationId, table.url)],
);

/** One state of a plugin's code. Never changed; `hash` is the content address of its files and manifest. */
export const pluginVersion = sqliteTable(
  "plugin_version",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginId: integer("plugin_id")
      .notNull()
      .references(() => plugin.id, { onDelete: "cascade" }),
    /** SHA-256 in lower-case hex. */
    hash: text("hash").notNull(),
    /** The release, commit or npm version it was installed from. */
    tag: text("tag"),
    manifest: text("manifest", { mode: "json" }).$type<Manifest>().notNull(),
    /** R2 key of what the runtime loads; the author's files lie beside it. */
    bundleKey: text("bundle_key").notNull(),
    /** The functions found in it, and the capabilities that it names. */
    inspected: text("inspected", { mode: "json" }).$type<InspectedVersion>().notNull(),
    /** Bytes of the author's files. */
    size: integer("size").notNull(),
    createdAt,
  },
  (table) => [
    uniqueIndex("plugin_version_hash").on(table.pluginId, table.hash),
    uniqueIndex("plugin_version_plugin").on(table.pluginId, table.id),
  ],
);
