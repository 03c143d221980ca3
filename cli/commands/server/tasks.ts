import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../../errors.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

/** How often a run that is waited for is asked after: milliseconds. */
const POLL_MS = 500;

/** Commands for what plugins do at times. */
export const TASKS: Readonly<Record<string, ServerCommand>> = {
  tasks: {
    usage: "tasks <config>",
    summary: "scheduled tasks of a config, and when each is due",
    async run(context) {
      const params = { id: await configId(context, context.args[0] ?? "") };
      const tasks = await context.client.list("/api/plugin_configs/{id}/tasks", { params });
      show(context, tasks, ["task", "cron", "timezone", "next_due", "is_running", "last_run.state", "last_run.error"]);
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
      const params = { id: await configId(context, context.args[0] ?? "") };
      const limit = wholeNumber(context.flags["limit"], "--limit");
      const query = {
        limit: Math.max(1, limit),
        task: typeof task === "string" ? task : undefined,
        state: typeof state === "string" ? state : undefined,
      };
      const runs = await context.client.list("/api/plugin_configs/{id}/task_runs", { params, query }, limit);
      show(context, runs, [
        "id",
        "task",
        "trigger",
        "state",
        "outcome",
        "attempts",
        "due_at",
        "started_at",
        "finished_at",
        "missed",
        "skipped",
        "fuel",
        "error",
      ]);
    },
  },
  "run-task": {
    usage: "run-task <config> <task>",
    summary: "run a scheduled task now",
    options: { wait: { type: "boolean" } },
    help: ["--wait               until it has ended; it then fails if the run did"],
    async run(context) {
      const { client, args, flags } = context;
      const [config = "", task = ""] = args;
      const id = await configId(context, config);
      let run = await client.request("POST", "/api/plugin_configs/{id}/task_runs", {
        params: { id },
        body: { task },
      });
      const params = { id, run_id: run.id };
      while (flags["wait"] === true && ["due", "running"].includes(run.state)) {
        await sleep(POLL_MS);
        run = await client.request("GET", "/api/plugin_configs/{id}/task_runs/{run_id}", { params });
      }
      const failed = run.state === "finished" ? run.outcome !== "ok" : ["not_run", "lost"].includes(run.state);
      if (failed) throw new ApiError(`run ${run.id} of ${task} is ${run.state}: ${run.error ?? run.outcome}`);
      done(context, run, `run ${run.id} of ${task} is ${run.state}`);
    },
  },
};
