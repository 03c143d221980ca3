import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What follow-ups are made with, as long as some has yet to be: events that have passed the plugins, and objects that plugins gathered. */
export const processedEvent = sqliteTable("processed_event", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  /** JSON of a Message with the event as the plugins left it, or of a Gathered. */
  body: text("body"),
  blobKey: text("blob_key"),
});

/** Calls of a config's functions that processed events and gathered objects have left to make. */
export const followUp = sqliteTable(
  "follow_up",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginConfigId: integer("plugin_config_id").notNull(),
    function: text("function", { enum: ["onEvent", "exportEvents", "composeWebhook", "flushBuffer"] }).notNull(),
    dueAt: integer("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** Characters of its events' or objects' JSON, as long as others may join them; null otherwise. */
    openLength: integer("open_length"),
    /** The revision of the config whose code fills it, for a batch: a buffer is not the same one in another. */
    revision: text("revision"),
    /** The number of the buffer that flushBuffer is for, and the points of its objects. */
    buffer: integer("buffer"),
    points: real("points"),
  },
  (table) => [
    index("follow_up_due").on(table.dueAt),
    index("follow_up_of_config").on(table.pluginConfigId, table.dueAt),
    index("follow_up_open")
      .on(table.pluginConfigId)
      .where(sql`${table.openLength} is not null`),
  ],
);

/** The events or objects that a follow-up is made with. */
export const followUpEvent = sqliteTable(
  "follow_up_event",
  {
    followUpId: integer("follow_up_id").notNull(),
    eventSeq: integer("event_seq").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.followUpId, table.eventSeq] }),
    index("follow_up_event_by_event").on(table.eventSeq),
  ],
);

/** Requests that plugins composed and that have yet to be made. */
export const webhook = sqliteTable(
  "webhook",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginConfigId: integer("plugin_config_id").notNull(),
    eventUuid: text("event_uuid").notNull(),
    /** JSON of a Webhook. */
    body: text("body"),
    blobKey: text("blob_key"),
    dueAt: integer("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
  },
  (table) => [index("webhook_of_config").on(table.pluginConfigId, table.dueAt)],
);
