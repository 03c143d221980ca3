import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { JsonObject } from "../../event.ts";
import type { Counters } from "../../team/insight/counters.ts";
import { organization, team } from "./tenants.ts";
import { createdAt } from "./times.ts";

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
