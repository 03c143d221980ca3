import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  check,
  foreignKey,
  index,
  integer,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { JsonObject } from "../event.ts";
import type { TeamQuotas } from "../team/quotas/quotas.ts";
import type { CapabilityGrants } from "../plugins/capabilities.ts";
import type { InspectedVersion } from "../plugins/inspected.ts";
import type { Manifest } from "../plugins/manifest.ts";
import type { Counters } from "../team/insight/counters.ts";

/** Where a plugin's code came from, in PostHog's words. */
export const PLUGIN_TYPES = ["local", "custom", "repository", "source", "inline"] as const;
export type PluginType = (typeof PLUGIN_TYPES)[number];

/** What happens to an event when the plugin fails on it: it continues unchanged, waits for a retry, or is dropped. */
export const ON_ERROR = ["pass", "hold", "drop"] as const;
export type OnError = (typeof ON_ERROR)[number];

/** Days for which what plugins say is kept. */
export const DEFAULT_LOG_RETENTION_DAYS = 7;

/** All times in the registry are milliseconds since the epoch. */
const createdAt = integer("created_at").notNull();
const updatedAt = integer("updated_at").notNull();
/** Set while a tenant is being erased: from then on it lets nobody in, and nothing of it is shown. */
const erasingAt = integer("erasing_at");

export const organization = sqliteTable("organization", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  erasingAt,
  createdAt,
  updatedAt,
});

/** A project in PostHog's later words: one stream of events. */
export const team = sqliteTable(
  "team",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    organizationId: integer("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** Where events go, an origin without a trailing slash; null keeps them in the local store. */
    posthogHost: text("posthog_host"),
    /** The project key to deliver with; null delivers with the key that the event came in with. */
    posthogApiKey: text("posthog_api_key"),
    /** A personal key for PostHog's API, as `sealPersonalApiKey` made it. No reader of the API may see it. */
    personalApiKey: text("personal_api_key"),
    /** Whether host and key were taken from the environment, which may then also take them back. */
    posthogFromEnv: integer("posthog_from_env", { mode: "boolean" }).notNull().default(false),
    /** Durable Objects that share the team's events by `hash(distinct_id)`. */
    shards: integer("shards").notNull().default(1),
    /** The most that there ever were: those that are in use no more still hold what they held. */
    mostShards: integer("most_shards").notNull().default(1),
    anonymizeIps: integer("anonymize_ips", { mode: "boolean" }).notNull().default(false),
    /** Adds $plugins_succeeded, $plugins_failed and $plugins_deferred to each event. */
    notePlugins: integer("note_plugins", { mode: "boolean" }).notNull().default(false),
    /** Days after which what plugins said is forgotten. */
    logRetentionDays: integer("log_retention_days").notNull().default(DEFAULT_LOG_RETENTION_DAYS),
    /** No beat of the Cron Trigger before it is anything to the team: milliseconds since the epoch, null for none at all. */
    tasksDueAt: integer("tasks_due_at"),
    /** What an operator has decided; null leaves all quotas at their defaults. */
    quotas: text("quotas", { mode: "json" }).$type<TeamQuotas>(),
    erasingAt,
    createdAt,
    updatedAt,
  },
  (table) => [
    index("team_organization").on(table.organizationId),
    index("team_tasks_due")
      .on(table.tasksDueAt, table.id)
      .where(sql`${table.tasksDueAt} is not null`),
    check("team_shards", sql`${table.shards} >= 1`),
  ],
);

/**
 * What a client shows to be let in. Project keys only admit events and are public, so they are kept in clear
 * (`token`); API tokens of a team or of an organization are kept as their SHA-256 (`token_hash`).
 */
export const key = sqliteTable(
  "key",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    organizationId: integer("organization_id").references(() => organization.id, {
      onDelete: "cascade",
    }),
    teamId: integer("team_id").references(() => team.id, { onDelete: "cascade" }),
    token: text("token"),
    tokenHash: text("token_hash"),
    label: text("label"),
    /** What an API token may do; null on project keys. */
    scopes: text("scopes", { mode: "json" }).$type<string[]>(),
    createdAt,
    lastUsedAt: integer("last_used_at"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    uniqueIndex("key_token").on(table.token),
    uniqueIndex("key_token_hash").on(table.tokenHash),
    index("key_team").on(table.teamId),
    index("key_organization").on(table.organizationId),
    check(
      "key_owner",
      sql`(${table.teamId} is null) <> (${table.organizationId} is null) and (${table.token} is null or ${table.teamId} is not null)`,
    ),
    check("key_secret", sql`(${table.token} is null) <> (${table.tokenHash} is null)`),
  ],
);

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

/** What a kill switch can stop: all plugins, or those of one team, one config, one version. */
export const KILL_KINDS = ["everything", "team", "config", "version"] as const;
export type KillKind = (typeof KILL_KINDS)[number];

/** Plugins that were stopped by hand. As long as an entry is here, none of them runs. */
export const killSwitch = sqliteTable(
  "kill_switch",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    kind: text("kind", { enum: KILL_KINDS }).notNull(),
    /** Of the team, config or version; 0 for everything. */
    targetId: integer("target_id").notNull(),
    /** Whose it is; null for everything. */
    organizationId: integer("organization_id").references(() => organization.id, { onDelete: "cascade" }),
    teamId: integer("team_id").references(() => team.id, { onDelete: "cascade" }),
    reason: text("reason").notNull(),
    /** Whose token did it: no lesser one lifts it. */
    role: text("role", { enum: ["team", "organization", "operator"] }).notNull(),
    /** Who did it: `operator`, or the label of a token. */
    by: text("by").notNull(),
    createdAt,
  },
  (table) => [uniqueIndex("kill_switch_target").on(table.kind, table.targetId)],
);

/** What was changed through the API, by whom. Never what the values of secrets are. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    /** Null for what belongs to no organization. Entries outlive what they speak of, and go with whose they are. */
    organizationId: integer("organization_id").references(() => organization.id, { onDelete: "cascade" }),
    teamId: integer("team_id").references(() => team.id, { onDelete: "cascade" }),
    /** `operator`, `organization` or `team`: whose token it was, and which one. */
    role: text("role").notNull(),
    tokenId: integer("token_id"),
    tokenLabel: text("token_label"),
    /** What was changed, such as `plugin_configs`, and which one. */
    scope: text("scope").notNull(),
    itemId: integer("item_id"),
    /** `created`, `updated`, `deleted`, or what was done to it, such as `rollback`. */
    activity: text("activity").notNull(),
    /** What was sent: numbers, switches and names as they are, of everything else the keys. */
    detail: text("detail", { mode: "json" }).$type<JsonObject>().notNull(),
  },
  (table) => [index("audit_log_organization").on(table.organizationId), index("audit_log_team").on(table.teamId)],
);

/** What the object of a team's shard has counted, as it told last: see `team/insight/roll-up.ts`. */
export const rollUp = sqliteTable(
  "roll_up",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    teamId: integer("team_id")
      .notNull()
      .references(() => team.id, { onDelete: "cascade" }),
    shard: integer("shard").notNull(),
    counters: text("counters", { mode: "json" }).$type<Counters>().notNull(),
    at: integer("at").notNull(),
  },
  (table) => [uniqueIndex("roll_up_object").on(table.teamId, table.shard)],
);
