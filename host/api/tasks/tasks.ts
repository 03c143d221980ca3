import { z } from "zod";
import { isTask } from "../../../wit/plugin-functions.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import { teamStub } from "../../team/team-client.ts";
import { pageOf } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { limitField, nextUrl } from "../paging.ts";
import { digits } from "../parse.ts";
import { route, type Subject } from "../route.ts";
import { theConfig } from "../subjects.ts";
import { TASK_RUN_STATES, taskAnswer, taskJson, taskRunAnswer, taskRunJson } from "./task-json.ts";

/** Tasks run in the object of shard 0. */
const addressOf = ({ teamId }: PluginConfig) => ({ teamId, shard: 0 });

const taskName = z.string().refine(isTask, { error: "must be a function whose name begins with runEvery" });

const runsQuery = z.object({
  limit: limitField,
  before: digits.exactOptional(),
  task: taskName.exactOptional(),
  state: z.enum(TASK_RUN_STATES, { error: `must be one of ${TASK_RUN_STATES.join(", ")}` }).exactOptional(),
});

/** `/api/plugin_configs/{id}/task_runs/{run_id}`. */
const theRun: Subject<{ config: PluginConfig; runId: number }> = {
  async find(scope, param) {
    const { config } = await scope.config(Number(param("id")));
    return { config, runId: Number(param("run_id")) };
  },
};

/** What the plugins of a team do at times: when, and how it went. */
export const taskRoutes = [
  route("/api/plugin_configs/{id}/tasks", theConfig, (declare) => ({
    GET: declare({
      summary: "The scheduled tasks of a config, when each is due next, and how its last run went",
      description: "Of a config that is not enabled there are none.",
      access: "read",
      answer: pageOf(taskAnswer),
      async handle({ env, subject: { config } }) {
        const address = addressOf(config);
        const tasks = await teamStub(env, address).listTasks(address);
        const own = tasks.filter(({ pluginConfigId }) => pluginConfigId === config.id);
        return { results: own.map(taskJson), next: null };
      },
    }),
  })),
  route("/api/plugin_configs/{id}/task_runs", theConfig, (declare) => ({
    GET: declare({
      summary: "Runs of a config's tasks, the newest first: the last 500 of each",
      access: "read",
      query: runsQuery,
      answer: pageOf(taskRunAnswer),
      async handle({ env, request, subject: { config }, query: { limit, before, ...filter } }) {
        const address = addressOf(config);
        const { results, next } = await teamStub(env, address).listTaskRuns(
          address,
          { pluginConfigId: config.id, ...filter },
          { limit, ...(before !== undefined && { before }) },
        );
        return { results: results.map(taskRunJson), next: nextUrl(request.url, next === null ? null : [next]) };
      },
    }),
    POST: declare({
      summary: "Runs a task now, beside its times",
      description:
        "The run goes on after the answer: ask for it by its id. While a run is under way there is no other.",
      access: "write",
      body: jsonBody(z.strictObject({ task: taskName })),
      answer: taskRunAnswer,
      status: 202,
      async handle({ env, subject: { config }, body: { task } }) {
        if (!config.enabled)
          throw ApiError.conflict(`Plugin config ${config.id} is disabled, and its tasks do not run. Enable it first.`);
        const address = addressOf(config);
        const run = await teamStub(env, address).runTask(address, config.id, task);
        if (run === undefined)
          throw ApiError.invalid(
            `Plugin config ${config.id} has no scheduled task ${task}: GET /api/plugin_configs/${config.id}/tasks lists them.`,
            "task",
          );
        if ("underWay" in run)
          throw ApiError.conflict(
            `${task} runs already, as run ${run.underWay.id}: there is never another beside it. Try again when it has ended.`,
          );
        return taskRunJson(run.begun);
      },
    }),
  })),
  route("/api/plugin_configs/{id}/task_runs/{run_id}", theRun, (declare) => ({
    GET: declare({
      summary: "A run of a task",
      access: "read",
      answer: taskRunAnswer,
      async handle({ env, subject: { config, runId } }) {
        const address = addressOf(config);
        const run = await teamStub(env, address).taskRun(address, config.id, runId);
        if (run === undefined) throw ApiError.notFound(`Plugin config ${config.id} has no task run ${runId}.`);
        return taskRunJson(run);
      },
    }),
  })),
];
