import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { FailureSample } from "../insight/failure-sample.ts";

/** How recent calls of plugins ended: every drop and failure, and a sample of the rest. A bounded ring. */
export const outcome = sqliteTable(
  "outcome",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    eventUuid: text("event_uuid"),
    pluginConfigId: integer("plugin_config_id").notNull(),
    plugin: text("plugin").notNull(),
    version: text("version").notNull(),
    /** JSON of an Outcome. */
    outcome: text("outcome").notNull(),
    kind: text("kind").notNull(),
  },
  (table) => [index("outcome_by_kind").on(table.kind, table.id), index("outcome_by_event").on(table.eventUuid)],
);

/** Failed calls of plugins with all that decided how they went, as cases. A bounded ring. */
export const recording = sqliteTable("recording", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  json: text("json").notNull(),
});

/** Failures of plugins, those that are alike counted together: see `insight/error-groups.ts`. */
export const errorGroup = sqliteTable(
  "error_group",
  {
    fingerprint: text("fingerprint").primaryKey(),
    pluginConfigId: integer("plugin_config_id").notNull(),
    plugin: text("plugin").notNull(),
    version: text("version").notNull(),
    function: text("function").notNull(),
    kind: text("kind").$type<OutcomeKind>().notNull(),
    /** As it was told last. */
    message: text("message").notNull(),
    /** The event that it happened with last, if it was a single one. */
    eventUuid: text("event_uuid"),
    count: integer("count").notNull(),
    firstSeen: integer("first_seen").notNull(),
    lastSeen: integer("last_seen").notNull(),
    /** What the failure was like when it was seen first, and last. */
    firstSample: text("first_sample", { mode: "json" }).$type<FailureSample>(),
    lastSample: text("last_sample", { mode: "json" }).$type<FailureSample>(),
  },
  (table) => [index("error_group_of_config").on(table.pluginConfigId, table.lastSeen)],
);

/** Recent events before and after the plugins, for people to look at. A bounded ring. */
export const recentEvent = sqliteTable("recent_event", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  before: text("before").notNull(),
  /** Null when a plugin dropped the event. */
  after: text("after"),
  /** JSON of the outcomes, in the order of the plugins. */
  outcomes: text("outcomes").notNull(),
});

/** Parts of requests that were not accepted although others were. A bounded ring. */
export const ingestionWarning = sqliteTable("ingestion_warning", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  code: text("code").notNull(),
  detail: text("detail").notNull(),
  item: text("item").notNull(),
});

/** What plugins and the system around them say. A bounded ring. */
export const logEntry = sqliteTable("log_entry", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  pluginConfigId: integer("plugin_config_id").notNull(),
  source: text("source", { enum: ["SYSTEM", "PLUGIN", "CONSOLE"] }).notNull(),
  type: text("type").notNull(),
  message: text("message").notNull(),
  /** The function whose call wrote it; null for what is not of a call. */
  function: text("function"),
  /** The event that the call was for, if it was a single one. */
  eventUuid: text("event_uuid"),
});
