import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { TeamQuotas } from "../../team/quotas/quotas.ts";
import { createdAt, erasingAt, updatedAt } from "./times.ts";

/** Days for which what plugins say is kept. */
export const DEFAULT_LOG_RETENTION_DAYS = 7;

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
