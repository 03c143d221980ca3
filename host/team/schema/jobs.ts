import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Jobs that plugins have asked for. */
export const job = sqliteTable(
  "job",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginConfigId: integer("plugin_config_id").notNull(),
    name: text("name").notNull(),
    payload: text("payload"),
    dueAt: integer("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** How many `posthog.capture` calls led to the event that asked for it; 0 when none did. */
    hops: integer("hops").notNull().default(0),
    /** When the run in hand began: milliseconds since the epoch. What is found with it was cut off, and runs again with the same clock and random numbers. */
    startedAt: integer("started_at"),
    /** Whether it waits for its config to be enabled again. */
    isParked: integer("is_parked", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [
    index("job_of_config")
      .on(table.pluginConfigId, table.dueAt)
      .where(sql`not ${table.isParked}`),
  ],
);

/** The export of old events of a config: the one that is under way, or the last. Times are milliseconds since the epoch. */
export const historicalExport = sqliteTable("historical_export", {
  pluginConfigId: integer("plugin_config_id").primaryKey(),
  state: text("state", { enum: ["running", "done", "failed", "cancelled"] }).notNull(),
  startedAt: integer("started_at").notNull(),
  finishedAt: integer("finished_at"),
  /** The first event's time, and the time before which the last one is. Null as long as PostHog has not been asked for its first event. */
  dateFrom: integer("date_from"),
  dateTo: integer("date_to").notNull(),
  /** What lies before this time is exported, and so many events of the window that begins here. */
  reached: integer("reached"),
  skip: integer("skip").notNull().default(0),
  windowMs: integer("window_ms").notNull(),
  /** Events of one page. */
  pageSize: integer("page_size").notNull(),
  exported: integer("exported").notNull().default(0),
  /** Failures in a row of the page in hand. */
  attempts: integer("attempts").notNull().default(0),
  /** Null where nothing is to be done: for one that is over, or whose config is disabled. */
  dueAt: integer("due_at"),
  /** What went wrong last with the page in hand, or for good. */
  error: text("error"),
});
