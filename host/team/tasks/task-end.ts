import { backoffMs } from "../../delivery/backoff.ts";
import type { TeamDatabase } from "../database.ts";
import type { LogEntry } from "../insight/log.ts";
import { attribute, type Outcomes } from "../insight/outcomes.ts";
import { withoutJobs } from "../plugins/invocation.ts";
import type { PluginResult } from "../plugins/plugin-calls.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { TaskRunLine } from "../schema.ts";
import type { Schedule } from "./schedule.ts";
import type { TaskRun, TaskRuns } from "./task-runs.ts";

export interface TaskEndDeps {
  db: TeamDatabase;
  schedule: Schedule;
  taskRuns: TaskRuns;
  requests: RequestWriter;
  outcomes: Outcomes;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  now(): number;
  random(): number;
}

/** How often a run calls its function that asks for it with RetryError, or at whose end the host fails. */
const MAX_ATTEMPTS = 15;

/** Of what a run wrote to the log its record keeps so many lines, and so many characters of each. */
const MAX_LINES = 50;
const MAX_LINE = 500;

/** What becomes of a task's run when its call has ended, or cannot be made. */
export class TaskEnd {
  readonly #deps: TaskEndDeps;

  constructor(deps: TaskEndDeps) {
    this.#deps = deps;
  }

  /**
   * Writes how a call has ended, and what it asks for, in one transaction.
   * @param begun the run, the call counted
   * @param config whose plugin ran it
   */
  async settle(
    begun: TaskRun,
    config: PluginConfig,
    { outcome, requests, ran, log = [] }: PluginResult,
  ): Promise<void> {
    const { db, outcomes, redact, now } = this.#deps;
    const run = ran ? begun : uncalled(begun);
    const { kind, message, quota } = outcome;
    const isPutOff = ran ? kind === "retry" && run.attempts < MAX_ATTEMPTS : quota !== undefined;
    const told = message === undefined ? kind : redact(message).slice(0, MAX_LINE);
    const { startedAt, attempts } = run;
    const lines = [...run.log, ...this.#lines(log)].slice(0, MAX_LINES);
    const sofar = { startedAt, attempts, fuel: run.fuel + outcome.fuel, kind, log: lines };
    const asked = await this.#deps.requests.prepare(isPutOff ? withoutJobs(requests) : requests);
    try {
      db.transaction(() => {
        if (isPutOff) this.#putOff(run, { ...sofar, error: told });
        else if (ran) this.#finish(run, { ...sofar, error: kind === "ok" ? null : told });
        else this.#giveUp(run, { ...sofar, error: `${whyNot(config)}: ${told}` });
        this.#deps.requests.write(asked);
        // Until there is fuel again nothing has happened.
        if (ran || !isPutOff) outcomes.record(attribute(config, outcome), null, now());
      });
    } catch (error) {
      await this.#deps.requests.discard(asked);
      throw error;
    }
  }

  /** Ends a run that cannot be called. @param error why, for people */
  refuse(run: TaskRun, error: string): void {
    this.#deps.db.transaction(() => this.#giveUp(run, { error }));
  }

  /** Nothing was heard of a run for too long: its process has ended, when it did not say any more that it lives. */
  lose(run: TaskRun): void {
    const { db, schedule } = this.#deps;
    db.transaction(() => {
      schedule.end(run, {
        state: "lost",
        error: "the process ended in the middle of the run",
        finishedAt: run.wakeAt,
      });
      schedule.recover(run);
    });
  }

  /** The host failed on a run, not the plugin: it goes on later, but not without end. @param begun the run, the call counted */
  fail(begun: TaskRun): void {
    const error = "the host failed in the middle of the run";
    this.#deps.db.transaction(() => {
      if (begun.attempts < MAX_ATTEMPTS) this.#putOff(begun, { error });
      else this.#finish(begun, { error });
    });
  }

  /** It goes on later, and holds its task until then. */
  #putOff({ id, attempts }: TaskRun, values: Partial<TaskRun>): void {
    const { taskRuns, now, random } = this.#deps;
    taskRuns.change(id, { ...values, state: "due", wakeAt: now() + backoffMs(Math.max(attempts, 1), random()) });
  }

  #finish(run: TaskRun, values: Partial<TaskRun>): void {
    this.#deps.schedule.end(run, { ...values, state: "finished" });
  }

  /** One that was called before has run. */
  #giveUp(run: TaskRun, values: Partial<TaskRun>): void {
    this.#deps.schedule.end(run, { ...values, state: run.attempts === 0 ? "not_run" : "finished" });
  }

  #lines(entries: readonly LogEntry[]): TaskRunLine[] {
    return entries
      .slice(0, MAX_LINES)
      .map(({ type, message }) => ({ type, message: this.#deps.redact(message).slice(0, MAX_LINE) }));
  }
}

/** A run whose function was not called after all. */
const uncalled = (run: TaskRun): TaskRun => ({
  ...run,
  attempts: run.attempts - 1,
  startedAt: run.attempts === 1 ? null : run.startedAt,
});

const whyNot = ({ closed }: PluginConfig): string => (closed === undefined ? "setup failed" : "stopped");
