import { backoffMs } from "../../delivery/backoff.ts";
import { describeError } from "../../describe-error.ts";
import type { TeamDatabase } from "../database.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { TeamLog } from "../insight/log.ts";
import { CLOSED_PAUSE_MS } from "../plugins/plugin-config.ts";
import { attribute } from "../insight/outcomes.ts";
import type { Outcomes } from "../insight/outcomes.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { PluginResult } from "../plugins/plugin-calls.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { Budget } from "../work/budget.ts";
import { ConfigLanes } from "../work/config-lanes.ts";
import type { Sideline } from "../work/sideline.ts";

export interface JobRunnerDeps {
  db: TeamDatabase;
  jobs: Jobs;
  requests: RequestWriter;
  outcomes: Outcomes;
  log: TeamLog;
  plugins: TeamPlugins;
  now(): number;
  random(): number;
}

/** How often a job is run that asks for it with RetryError, or whose plugin cannot be set up. */
const MAX_ATTEMPTS = 15;

/** Runs the jobs that are due: at least once, and again later when they ask for it. */
export class JobRunner implements Sideline {
  readonly #deps: JobRunnerDeps;
  readonly #lanes: ConfigLanes;

  constructor(deps: JobRunnerDeps) {
    const { jobs, plugins, now } = deps;
    this.#deps = deps;
    this.#lanes = new ConfigLanes({
      what: "jobs",
      queue: jobs,
      step: (configId, isSuspicious) => plugins.begin(configId, (plugin) => this.#next(configId, plugin, isSuspicious)),
      now,
    });
  }

  nextDue(): number | null {
    return this.#lanes.nextDue();
  }

  /** @param isSuspicious whether the last run ended in the middle: any job may have been its end */
  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    return this.#lanes.start(budget, isSuspicious);
  }

  /** @returns the fuel it took, or null when the config has no job that is due */
  async #next(configId: number, plugin: Plugin | undefined, isSuspicious: boolean): Promise<number | null> {
    const job = this.#deps.jobs.next(configId, this.#deps.now());
    return job ? this.#take(job, plugin, isSuspicious) : null;
  }

  async #take(job: Job, plugin: Plugin | undefined, isSuspicious: boolean): Promise<number> {
    // Put off in advance, so that a job that takes the whole object down with it is not the first in line again.
    if (isSuspicious) this.#retry(job);
    try {
      return await this.#run(job, plugin);
    } catch (error) {
      // The host failed on this job, not the plugin: it waits, so that those behind it do not.
      console.error(`job ${job.id} is put off: ${describeError(error)}`);
      this.#retry(job);
      return 0;
    }
  }

  async #run(job: Job, plugin: Plugin | undefined): Promise<number> {
    const { jobs, log, now } = this.#deps;
    if (!plugin) {
      const message = `${job.name} was discarded: its plugin config is gone or disabled`;
      log.write({ pluginConfigId: job.pluginConfigId, source: "SYSTEM", type: "WARN", message });
      jobs.remove(job.id);
      return 0;
    }
    if (plugin.config.closed !== undefined) {
      jobs.retry(job.id, job.attempts, now() + CLOSED_PAUSE_MS);
      return 0;
    }
    const result = await plugin.call({
      function: "runJob",
      args: [JSON.stringify(job.name), job.payload ?? undefined],
      messages: [],
      hops: job.hops,
      ingestId: `job:${job.id}:${job.attempts}`,
      at: now(),
    });
    await this.#finish(job, plugin, result);
    return result.outcome.fuel;
  }

  async #finish(job: Job, plugin: Plugin, { outcome, requests, ran }: PluginResult): Promise<void> {
    const { db, jobs, outcomes, now } = this.#deps;
    const asked = await this.#deps.requests.prepare(requests);
    const again = (outcome.kind === "retry" || !ran) && job.attempts + 1 < MAX_ATTEMPTS;
    try {
      db.transaction(() => {
        if (again) this.#retry(job);
        else jobs.remove(job.id);
        this.#deps.requests.write(asked);
        outcomes.record(attribute(plugin.config, outcome), null, now());
      });
    } catch (error) {
      await this.#deps.requests.discard(asked);
      throw error;
    }
  }

  #retry({ id, attempts }: Job): void {
    const { jobs, now, random } = this.#deps;
    jobs.retry(id, attempts + 1, now() + backoffMs(attempts + 1, random()));
  }
}
