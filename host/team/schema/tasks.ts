import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import type { TaskName } from "../../../wit/plugin-functions.ts";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
    /** Times of the grid that passed while it waited or ran, or too soon after it. */
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
