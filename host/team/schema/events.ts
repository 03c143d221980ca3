import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Events that were accepted and have yet to pass the plugins, in the order of acceptance. */
export const inbox = sqliteTable(
  "inbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    distinctId: text("distinct_id").notNull(),
    /** JSON of a Message; null when it is kept in R2 because of its size. */
    body: text("body"),
    blobKey: text("blob_key"),
    /** JSON of a Progress; null for an event that no plugin has seen. */
    progress: text("progress"),
    /** Milliseconds since the epoch before which the event waits; null while an earlier one of its person is here. */
    dueAt: integer("due_at"),
  },
  (table) => [
    index("inbox_by_person").on(table.distinctId, table.seq),
    index("inbox_due")
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null`),
  ],
);

/** Events that have passed the plugins and wait for delivery. */
export const outbox = sqliteTable("outbox", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  uuid: text("uuid").notNull(),
  /** JSON of the event in the shape in which it leaves. */
  body: text("body"),
  blobKey: text("blob_key"),
  /** UTF-8 bytes of the JSON. */
  bytes: integer("bytes").notNull(),
});

/** What was given up for good: events that the destination refused, and what plugins could not get rid of. */
export const deadLetter = sqliteTable("dead_letter", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  uuid: text("uuid").notNull(),
  body: text("body"),
  blobKey: text("blob_key"),
  /** The HTTP status of the refusal; 0 when nobody has answered. */
  status: integer("status").notNull(),
  answer: text("answer").notNull(),
  /** UTF-8 bytes of the JSON; 0 of one that was kept before they were counted. */
  bytes: integer("bytes").notNull().default(0),
  at: integer("at").notNull(),
  /** The config whose function gave up on it; null for an event on its way to the destination. */
  pluginConfigId: integer("plugin_config_id"),
  function: text("function"),
});

/** The destination of a team that has no PostHog host: what would have left, as it would have left. */
export const localEvent = sqliteTable("local_event", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  /** PostHog's own key of equality: uuid, event, timestamp and distinct id. */
  identity: text("identity").notNull().unique(),
  body: text("body"),
  blobKey: text("blob_key"),
  at: integer("at").notNull(),
});
