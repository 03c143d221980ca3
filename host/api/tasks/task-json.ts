import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { TaskState } from "../../team/tasks/schedule.ts";
import type { TaskRun } from "../../team/tasks/task-runs.ts";
import { isoOf, isoOrNull, timestamp } from "../answers.ts";

export const TASK_RUN_STATES = ["due", "running", "finished", "not_run", "lost"] as const satisfies TaskRun["state"][];

/** A run of a scheduled task. */
export const taskRunAnswer = z
  .strictObject({
    id: z.int(),
    plugin_config_id: z.int(),
    task: z.string(),
    trigger: z.enum(["schedule", "manual", "recovery"]).meta({
      description: "`recovery`: in place of a run whose process ended in the middle, which is `lost`.",
    }),
    state: z.enum(TASK_RUN_STATES).meta({
      description: "`due`: it waits to be started, or after RetryError to go on. `not_run`: `error` says why.",
    }),
    due_at: timestamp,
    missed: z.int().meta({ description: "Earlier times that it makes up for." }),
    skipped: z
      .int()
      .meta({ description: "Times that passed while it waited or ran, or too soon after it took too long." }),
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
    attempts: z.int(),
    version: z.string().nullable(),
    fuel: z.int().meta({ description: "Of all attempts." }),
    outcome: z.enum(OUTCOME_KINDS).nullable().meta({ description: "Of the last attempt." }),
    error: z.string().nullable(),
    log: z.array(z.strictObject({ type: z.string(), message: z.string() })).meta({
      description: "What it wrote, cut short: all of it is in /api/logs.",
    }),
  })
  .meta({ id: "TaskRun" });

/** A scheduled task of a config. */
export const taskAnswer = z
  .strictObject({
    task: z.string(),
    cron: z.string().nullable().meta({ description: "As plugin.json has it; null for PostHog's tasks." }),
    timezone: z.string().nullable(),
    next_due: timestamp,
    is_running: z.boolean().meta({ description: "While it is, its times are skipped." }),
    last_run: taskRunAnswer.nullable(),
  })
  .meta({ id: "Task" });

export const taskRunJson = (run: TaskRun): z.input<typeof taskRunAnswer> => ({
  id: run.id,
  plugin_config_id: run.pluginConfigId,
  task: run.task,
  trigger: run.trigger,
  state: run.state,
  due_at: isoOf(run.dueAt),
  missed: run.missed,
  skipped: run.skipped,
  started_at: isoOrNull(run.startedAt),
  finished_at: isoOrNull(run.finishedAt),
  attempts: run.attempts,
  version: run.version,
  fuel: run.fuel,
  outcome: run.kind,
  error: run.error,
  log: run.log,
});

export const taskJson = ({ name, schedule, dueAt, runId, last }: TaskState): z.input<typeof taskAnswer> => ({
  task: name,
  cron: schedule?.cron ?? null,
  timezone: schedule?.timezone ?? null,
  next_due: isoOf(dueAt),
  is_running: runId !== null,
  last_run: last && taskRunJson(last),
});
