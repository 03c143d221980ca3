import type { TaskName } from "../../../wit/plugin-functions.ts";
import type { Page, PageQuery } from "../insight/listings.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { BegunTask, Schedule, TaskState } from "./schedule.ts";
import type { TaskRun, TaskRunFilter, TaskRuns } from "./task-runs.ts";

export interface TaskDeskDeps {
  plugins: TeamPlugins;
  schedule: Schedule;
  taskRuns: TaskRuns;
}

/** What the Cron Trigger and people do with scheduled tasks: have those run that are due, look at them and their runs, run one now. */
export class TaskDesk {
  readonly #deps: TaskDeskDeps;

  constructor(deps: TaskDeskDeps) {
    this.#deps = deps;
  }

  /**
   * Takes one beat of the Cron Trigger: tasks that are due then will run.
   * @param scheduledTime the time of the beat, in milliseconds since the epoch
   * @returns when the next is due, null for never
   */
  tick(scheduledTime: number): Promise<number | null> {
    const { plugins, schedule } = this.#deps;
    return plugins.use(async (current) => {
      schedule.take(scheduledTime, configsOf(current));
      return schedule.nextDue();
    });
  }

  /** The scheduled tasks of enabled configs, and when each is due. */
  list(): Promise<TaskState[]> {
    const { plugins, schedule } = this.#deps;
    return plugins.use(async (current) => schedule.list(configsOf(current)));
  }

  /** Begins a run, unless one is under way. @returns undefined when there is no such task */
  runNow(pluginConfigId: number, task: TaskName): Promise<BegunTask | undefined> {
    const { plugins, schedule } = this.#deps;
    return plugins.use(async (current) => schedule.runNow(pluginConfigId, task, configsOf(current)));
  }

  runs(filter: TaskRunFilter, query: PageQuery): Page<TaskRun> {
    return this.#deps.taskRuns.list(filter, query);
  }

  /** A run of a config's, or undefined. */
  findRun(pluginConfigId: number, id: number): TaskRun | undefined {
    const run = this.#deps.taskRuns.get(id);
    return run?.pluginConfigId === pluginConfigId ? run : undefined;
  }
}

const configsOf = (plugins: readonly Plugin[]): PluginConfig[] => plugins.map(({ config }) => config);
