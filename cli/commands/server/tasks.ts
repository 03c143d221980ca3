import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ApiError } from "../../errors.ts";
import { listAll } from "../../server/lists.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

const anything = z.looseObject({});
const taskRun = z.looseObject({
  id: z.number(),
  state: z.string(),
  outcome: z.string().nullable(),
  error: z.string().nullable(),
});

/** How often a run that is waited for is asked after: milliseconds. */
const POLL_MS = 500;

/** Commands for what plugins do at times. */
export const TASKS: Readonly<Record<string, ServerCommand>> = {
  tasks: {
    usage: "tasks <config>",
    summary: "scheduled tasks of a config, and when each is due",
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const columns = ["task", "cron", "timezone", "next_due", "is_running", "last_run.state", "last_run.error"];
      show(context, await listAll(context.client, `/api/plugin_configs/${id}/tasks`, anything), columns);
    },
  },
  "task-runs": {
    usage: "task-runs <config>",
    summary: "runs of a config's tasks, the newest first",
    options: { task: { type: "string" }, state: { type: "string" }, limit: { type: "string", default: "50" } },
    help: [
      "--task NAME          of one task alone",
      "--state STATE        due, running, finished, not_run or lost",
      "--limit N            the most that are shown (50)",
    ],
    async run(context) {
      const { task, state } = context.flags;
      const id = await configId(context, context.args[0] ?? "");
      const limit = wholeNumber(context.flags["limit"], "--limit");
      const query = new URLSearchParams({
        limit: String(Math.max(1, limit)),
        ...(typeof task === "string" && { task }),
        ...(typeof state === "string" && { state }),
      });
      const runs = await listAll(context.client, `/api/plugin_configs/${id}/task_runs?${query}`, anything, limit);
      const columns = [
        "id",
        "task",
        "trigger",
        "state",
        "due_at",
        "started_at",
        "finished_at",
        "missed",
        "fuel",
        "error",
      ];
      show(context, runs, columns);
    },
  },
  "run-task": {
    usage: "run-task <config> <task>",
    summary: "run a scheduled task now",
    options: { wait: { type: "boolean" } },
    help: ["--wait               until it has ended; it then fails if the run did"],
    async run(context) {
      const [config = "", task] = context.args;
      const runs = `/api/plugin_configs/${await configId(context, config)}/task_runs`;
      let run = await context.client.request("POST", runs, taskRun, { task });
      const { id } = run;
      while (context.flags["wait"] === true && ["due", "running"].includes(run.state)) {
        await sleep(POLL_MS);
        run = await context.client.request("GET", `${runs}/${id}`, taskRun);
      }
      const failed = run.state === "finished" ? run.outcome !== "ok" : ["not_run", "lost"].includes(run.state);
      if (failed) throw new ApiError(`run ${id} of ${task} is ${run.state}: ${run.error ?? run.outcome}`);
      done(context, run, `run ${id} of ${task} is ${run.state}`);
    },
  },
};
