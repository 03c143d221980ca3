import { describeError } from "../../describe-error.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { CLOSED_PAUSE_MS } from "../plugins/plugin-config.ts";
import type { Meter } from "../quotas/meter.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import { ConfigLanes } from "../work/config-lanes.ts";
import type { JobEnd } from "./job-end.ts";
import type { JobKeeper } from "./job-keeper.ts";
import type { Job, Jobs } from "./jobs.ts";

export interface JobRunnerDeps {
  jobs: Jobs;
  keeper: JobKeeper;
  end: JobEnd;
  meter: Meter;
  plugins: TeamPlugins;
  now(): number;
}

/** Runs the jobs that are due: at least once, and again later when they ask for it. */
export class JobRunner {
  /** Where the work goes on, beside the events. */
  readonly lanes: ConfigLanes;
  readonly #deps: JobRunnerDeps;

  constructor(deps: JobRunnerDeps) {
    const { jobs, meter, plugins, now } = deps;
    this.#deps = deps;
    this.lanes = new ConfigLanes({
      what: "jobs",
      queue: jobs,
      step: (configId) => plugins.begin(configId, (plugin) => this.#next(configId, plugin)),
      meter,
      now,
    });
  }

  /** @returns the fuel it took, or null when the config has no job that is due */
  async #next(configId: number, plugin: Plugin | undefined): Promise<number | null> {
    const { jobs, now } = this.#deps;
    if (plugin?.config.closed !== undefined) {
      this.lanes.rest(configId, now() + CLOSED_PAUSE_MS);
      return null;
    }
    const job = jobs.next(configId, now());
    if (!job) return null;
    if (plugin) return this.#take(job, plugin);
    this.#deps.keeper.settle(this.#deps.plugins.configs);
    return 0;
  }

  async #take(job: Job, plugin: Plugin): Promise<number> {
    const { end, jobs, now } = this.#deps;
    const wasCutOff = job.startedAt !== null;
    const run = { ...job, attempts: job.attempts + (wasCutOff ? 1 : 0), startedAt: job.startedAt ?? now() };
    try {
      if (run.attempts >= plugin.config.limits.jobAttempts) {
        await end.giveUp(job, plugin.config);
        return 0;
      }
      // Put off in advance, so that a job that takes the whole object down with it is not the first in line again.
      if (wasCutOff) jobs.begin(job.id, { attempts: run.attempts, dueAt: end.nextRun(run.attempts) });
      else jobs.begin(job.id, { startedAt: run.startedAt });
      return await this.#run(run, run.startedAt, plugin);
    } catch (error) {
      // The host failed on this job, not the plugin: it waits, so that those behind it do not.
      console.error(`job ${job.id} is put off: ${describeError(error)}`);
      jobs.putOff(job.id, end.nextRun(run.attempts + 1));
      return 0;
    }
  }

  async #run(job: Job, at: number, plugin: Plugin): Promise<number> {
    const result = await plugin.call({
      function: "runJob",
      args: [JSON.stringify(job.name), job.payload ?? undefined],
      messages: [],
      hops: job.hops,
      ingestId: `job:${job.id}:${at}`,
      at,
    });
    await this.#deps.end.settle(job, plugin.config, result);
    return result.outcome.fuel;
  }
}
