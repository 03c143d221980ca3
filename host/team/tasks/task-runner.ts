import { handlerOf } from "../../../wit/plugin-functions.ts";
import { describeError } from "../../describe-error.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { Meter } from "../quotas/meter.ts";
import { ConfigLanes } from "../work/config-lanes.ts";
import type { TaskEnd } from "./task-end.ts";
import type { TaskRun, TaskRuns } from "./task-runs.ts";

export interface TaskRunnerDeps {
  end: TaskEnd;
  meter: Meter;
  plugins: TeamPlugins;
  taskRuns: TaskRuns;
  now(): number;
}

/** How long a run is believed to be alive that does not say so, and how often it does: milliseconds. */
const CLAIM_MS = 30_000;
const RENEWAL_MS = 10_000;

/** Runs the scheduled tasks that are due: one run of a task at a time, each recorded. */
export class TaskRunner {
  /** Where the work goes on, beside the events. */
  readonly lanes: ConfigLanes;
  readonly #deps: TaskRunnerDeps;

  constructor(deps: TaskRunnerDeps) {
    const { meter, plugins, taskRuns, now } = deps;
    this.#deps = deps;
    this.lanes = new ConfigLanes({
      what: "tasks",
      queue: taskRuns,
      step: (configId) => plugins.begin(configId, (plugin) => this.#next(configId, plugin)),
      meter,
      now,
    });
  }

  /** @returns the fuel it took, or null when the config has no run to be started */
  async #next(configId: number, plugin: Plugin | undefined): Promise<number | null> {
    const { end, taskRuns, now } = this.#deps;
    const run = taskRuns.next(configId, now());
    if (!run) return null;
    if (run.state === "running") end.lose(run);
    else if (!plugin) end.refuse(run, "its plugin config is gone or disabled");
    else if (!has(plugin, run)) end.refuse(run, `version ${plugin.config.version} has no ${run.task}`);
    else return this.#run(run, plugin);
    return 0;
  }

  async #run(run: TaskRun, plugin: Plugin): Promise<number> {
    const { end, taskRuns, now } = this.#deps;
    const begun = {
      ...run,
      startedAt: run.startedAt ?? now(),
      attempts: run.attempts + 1,
      version: plugin.config.version,
    };
    const { startedAt, attempts, version } = begun;
    taskRuns.change(run.id, { state: "running", wakeAt: now() + CLAIM_MS, startedAt, attempts, version });
    const renewal = setInterval(() => taskRuns.change(run.id, { wakeAt: now() + CLAIM_MS }), RENEWAL_MS);
    try {
      const result = await this.#call(begun, plugin);
      await end.settle(begun, plugin.config, result);
      return result.outcome.fuel;
    } catch (error) {
      console.error(`${run.task} of plugin config ${run.pluginConfigId} failed: ${describeError(error)}`);
      end.fail(begun);
      return 0;
    } finally {
      clearInterval(renewal);
    }
  }

  #call({ id, task, attempts }: TaskRun, plugin: Plugin) {
    return plugin.call({
      ...handlerOf(task),
      messages: [],
      hops: 0,
      keepsLog: true,
      ingestId: `task:${id}:${attempts}`,
      at: this.#deps.now(),
    });
  }
}

const has = ({ config }: Plugin, { task }: TaskRun): boolean => config.tasks.some(({ name }) => name === task);
