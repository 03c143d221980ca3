import { isDue, isTaskName } from "../../schedule/due-tasks.ts";
import type { Facts } from "../facts.ts";
import type { Jobs } from "./jobs.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";

export interface ScheduleDeps {
  facts: Facts;
  jobs: Jobs;
  now(): number;
}

/** The scheduled tasks of a team's plugins: which beats of the Cron Trigger each has known. */
export class Schedule {
  readonly #deps: ScheduleDeps;

  constructor(deps: ScheduleDeps) {
    this.#deps = deps;
  }

  /**
   * Makes jobs of the tasks that are due.
   * @param beat the time for which the Cron Trigger was set, in milliseconds since the epoch
   */
  take(beat: number, configs: readonly PluginConfig[]): void {
    const { facts, jobs, now } = this.#deps;
    const before = facts.get("beats") ?? {};
    const beats: Record<string, number> = {};
    for (const { id, tasks } of configs)
      for (const task of tasks.filter(isTaskName)) {
        const key = `${id}/${task}`;
        if (isDue(task, beat, before[key])) jobs.addTask(id, task, now());
        beats[key] = Math.max(beat, before[key] ?? beat);
      }
    facts.set("beats", beats);
  }
}
