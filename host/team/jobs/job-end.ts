import { utf8Length } from "../../capture/utf8.ts";
import { backoffMs } from "../../delivery/backoff.ts";
import type { Bodies, StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import { type Outbox, UNKNOWN } from "../events/outbox.ts";
import type { TeamLog } from "../insight/log.ts";
import { attribute, type CallOutcome, type Outcomes } from "../insight/outcomes.ts";
import { noRequests, withoutJobs } from "../plugins/invocation.ts";
import type { PluginResult } from "../plugins/plugin-calls.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { Job, Jobs } from "./jobs.ts";

export interface JobEndDeps {
  db: TeamDatabase;
  bodies: Bodies;
  jobs: Jobs;
  log: TeamLog;
  outbox: Outbox;
  outcomes: Outcomes;
  requests: RequestWriter;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  now(): number;
  random(): number;
}

type Ended = Pick<PluginResult, "outcome" | "requests" | "ran" | "wasStopped">;

/** What becomes of a job when its run has ended: all of it in one transaction. */
export class JobEnd {
  readonly #deps: JobEndDeps;

  constructor(deps: JobEndDeps) {
    this.#deps = deps;
  }

  /** @param config whose plugin ran it */
  async settle(job: Job, config: PluginConfig, { outcome, requests, ran, wasStopped }: Ended): Promise<void> {
    const isWanted = outcome.kind === "retry" || !ran || wasStopped;
    // One that was stopped by hand is none of the job's runs.
    const runs = job.attempts + (wasStopped ? 0 : 1);
    const fate = isWanted ? (runs >= config.limits.jobAttempts ? "bury" : "retry") : "remove";
    return this.#write({ ...job, attempts: runs }, config, outcome, requests, fate);
  }

  /** Gives up a job whose runs were all cut off in the middle. */
  giveUp(job: Job, config: PluginConfig): Promise<void> {
    const message = `the host was ended, or failed, in the middle of each of ${config.limits.jobAttempts} runs`;
    const about = { limit: "jobAttempts", value: config.limits.jobAttempts } as const;
    const outcome: CallOutcome = { function: `jobs.${job.name}`, kind: "limit", message, ...about, fuel: 0 };
    return this.#write({ ...job, attempts: job.attempts + 1 }, config, outcome, noRequests(), "bury");
  }

  /** When a job runs again: milliseconds since the epoch. @param attempts how many runs it has had */
  nextRun(attempts: number): number {
    return this.#deps.now() + backoffMs(attempts, this.#deps.random());
  }

  /** @param job with the run that has ended counted in */
  async #write(
    job: Job,
    config: PluginConfig,
    outcome: CallOutcome,
    asked: PluginResult["requests"],
    fate: "remove" | "retry" | "bury",
  ): Promise<void> {
    const { bodies, db, jobs, outcomes, requests, now } = this.#deps;
    const prepared = await requests.prepare(fate === "retry" ? withoutJobs(asked) : asked);
    const json = jobJson(job);
    const buried = fate === "bury" ? { ...(await bodies.put(json)), bytes: utf8Length(json) } : null;
    try {
      db.transaction(() => {
        if (fate === "retry") jobs.retry(job.id, job.attempts, this.nextRun(job.attempts));
        // One that somebody has cancelled meanwhile is no dead letter.
        else if (jobs.remove(job) && buried) this.#bury(job, outcome, buried);
        requests.write(prepared);
        outcomes.record(attribute(config, outcome), null, now());
      });
    } catch (error) {
      await requests.discard(prepared);
      if (buried) await bodies.delete([buried]);
      throw error;
    }
  }

  #bury(job: Job, { message, kind }: CallOutcome, stored: StoredBody & { bytes: number }): void {
    const { log, outbox, redact, now } = this.#deps;
    const { pluginConfigId, attempts } = job;
    const answer = message ?? kind;
    const told = `jobs.${job.name} was given up after ${attempts} runs and is a dead letter now: ${answer}`;
    log.write({ pluginConfigId, source: "SYSTEM", type: "ERROR", message: told });
    const about = { status: 0, answer: redact(answer), at: now(), pluginConfigId, function: `jobs.${job.name}` };
    outbox.addDeadLetter({ uuid: UNKNOWN, ...stored, ...about });
  }
}

/** A job as its dead letter keeps it. */
export interface DeadJob extends Pick<Job, "payload" | "hops"> {
  job: string;
}

const jobJson = ({ name, payload, hops }: Job): string =>
  JSON.stringify({ job: name, payload, hops } satisfies DeadJob);
