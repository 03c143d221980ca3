import type { OutcomeKind } from "../../wit/generated/contract.ts";
import type { TaskName } from "../../wit/plugin-functions.ts";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EgressCounts } from "./insight/egress-counts.ts";
import type { FailureSample } from "./insight/failure-sample.ts";
import type { Histogram } from "./insight/histogram.ts";

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
  (table) => [index("webhook_due").on(table.dueAt)],
);

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

/** How often functions were called in a minute or an hour, and what that took: see `insight/call-stats.ts`. */
export const callStat = sqliteTable(
  "call_stat",
  {
    interval: text("interval", { enum: ["minute", "hour"] }).notNull(),
    start: integer("start").notNull(),
    pluginConfigId: integer("plugin_config_id").notNull(),
    version: text("version").notNull(),
    function: text("function").notNull(),
    kinds: text("kinds", { mode: "json" }).$type<Partial<Record<OutcomeKind, number>>>().notNull(),
    fuel: text("fuel", { mode: "json" }).$type<Histogram>().notNull(),
    duration: text("duration", { mode: "json" }).$type<Histogram>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.interval, table.start, table.pluginConfigId, table.version, table.function] }),
  ],
);

/** What plugins exchanged with a host in an hour or a day: see `insight/egress-stats.ts`. */
export const egressStat = sqliteTable(
  "egress_stat",
  {
    interval: text("interval", { enum: ["hour", "day"] }).notNull(),
    start: integer("start").notNull(),
    pluginConfigId: integer("plugin_config_id").notNull(),
    /** With its port, if that is not the scheme's own. */
    host: text("host").notNull(),
    counts: text("counts", { mode: "json" }).$type<EgressCounts>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.interval, table.start, table.pluginConfigId, table.host] })],
);

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

/** The scheduled tasks of the team's enabled configs, in shard 0. */
export const task = sqliteTable(
  "task",
  {
    pluginConfigId: integer("plugin_config_id").notNull(),
    name: text("name").$type<TaskName>().notNull(),
    /** JSON of its TaskSchedule; empty for a task of PostHog's. Another one begins anew. */
    schedule: text("schedule").notNull(),
    /** The first time of its grid that has had no run and was not skipped: milliseconds since the epoch. */
    dueAt: integer("due_at").notNull(),
    /** The run that was begun and has not ended: there is never another beside it. */
    runId: integer("run_id"),
  },
  (table) => [primaryKey({ columns: [table.pluginConfigId, table.name] })],
);

/** Runs of scheduled tasks, in the order in which they became due. Of each task a bounded number. */
export const taskRun = sqliteTable(
  "task_run",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pluginConfigId: integer("plugin_config_id").notNull(),
    task: text("task").$type<TaskName>().notNull(),
    /** What began it: its time, a person, or a run before it that died with the process. */
    trigger: text("trigger", { enum: ["schedule", "manual", "recovery"] }).notNull(),
    /** The time of the grid that it is for; when it was asked for, if a person did. */
    dueAt: integer("due_at").notNull(),
    /** Earlier times that it is for as well: nobody told the team of them then. */
    missed: integer("missed").notNull(),
    state: text("state", { enum: ["due", "running", "finished", "not_run", "lost"] }).notNull(),
    /** When it is to be started, or continued after RetryError; while it runs, when it counts as dead unless it says otherwise. Null when it has ended. */
    wakeAt: integer("wake_at"),
    startedAt: integer("started_at"),
    finishedAt: integer("finished_at"),
    /** Calls of the function so far. */
    attempts: integer("attempts").notNull().default(0),
    /** Times of the grid that passed while it ran, or too soon after it. */
    skipped: integer("skipped").notNull().default(0),
    /** The version that ran. */
    version: text("version"),
    /** Of all attempts. */
    fuel: integer("fuel").notNull().default(0),
    /** How the last attempt ended. */
    kind: text("kind").$type<OutcomeKind>(),
    /** Why it failed, was not run, or was lost. */
    error: text("error"),
    /** What it wrote to the log, cut short. */
    log: text("log", { mode: "json" }).$type<TaskRunLine[]>().notNull(),
  },
  (table) => [
    index("task_run_due")
      .on(table.pluginConfigId, table.wakeAt)
      .where(sql`${table.wakeAt} is not null`),
    index("task_run_of_task").on(table.pluginConfigId, table.task, table.id),
  ],
);

/** A line of the log in the record of a task's run. */
export interface TaskRunLine {
  type: string;
  message: string;
}

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

/** `meta.metrics`: the running value of each. */
export const metric = sqliteTable(
  "metric",
  {
    pluginConfigId: integer("plugin_config_id").notNull(),
    name: text("name").notNull(),
    value: real("value").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pluginConfigId, table.name] })],
);

/** How many events came in and what became of them: see `ledger.ts`. */
export const ledger = sqliteTable(
  "ledger",
  {
    account: text("account", { enum: ["accepted", "created", "delivered", "dropped", "dead", "rejected"] }).notNull(),
    /** The config that dropped them; 0 for all else. */
    pluginConfigId: integer("plugin_config_id").notNull(),
    events: integer("events").notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.pluginConfigId] })],
);

/** Single facts that must survive a restart, such as the state of delivery. */
export const fact = sqliteTable("fact", { name: text("name").primaryKey(), value: text("value").notNull() });
