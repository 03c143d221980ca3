import { handlerOf } from "../../../wit/plugin-functions.ts";
import { backoffMs } from "../../delivery/backoff.ts";
import { describeError } from "../../describe-error.ts";
import type { TeamDatabase } from "../database.ts";
import type { LogEntry } from "../insight/log.ts";
import { attribute, type Outcomes } from "../insight/outcomes.ts";
import type { PluginResult } from "../plugins/plugin-calls.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { Meter } from "../quotas/meter.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { TaskRunLine } from "../schema.ts";
import { ConfigLanes } from "../work/config-lanes.ts";
import type { Schedule } from "./schedule.ts";
import type { TaskRun, TaskRuns } from "./task-runs.ts";

export interface TaskRunnerDeps {
  db: TeamDatabase;
  meter: Meter;
  schedule: Schedule;
  taskRuns: TaskRuns;
  requests: RequestWriter;
  outcomes: Outcomes;
  plugins: TeamPlugins;
  redact(text: string): string;
  now(): number;
  random(): number;
}

/** How often a run calls its function that asks for it with RetryError. */
const MAX_ATTEMPTS = 15;

/** How long a run is believed to be alive that does not say so, and how often it does: milliseconds. */
const CLAIM_MS = 30_000;
const RENEWAL_MS = 10_000;

/** Of what a run wrote to the log its record keeps so many lines, and so many characters of each. */
const MAX_LINES = 50;
const MAX_LINE = 500;

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
    const run = this.#deps.taskRuns.next(configId, this.#deps.now());
    if (!run) return null;
    if (run.state === "running") return this.#bury(run);
    try {
      return await this.#run(run, plugin);
    } catch (error) {
      // The host failed on this run, not the plugin.
      console.error(`${run.task} of plugin config ${configId} is put off: ${describeError(error)}`);
      this.#putOff(run);
      return 0;
    }
  }

  /** Nothing was heard of the run for too long: its process has ended. */
  #bury(run: TaskRun): number {
    const { db, schedule } = this.#deps;
    db.transaction(() => {
      schedule.end(run, { state: "lost", error: "the process ended in the middle of the run" });
      schedule.recover(run);
    });
    return 0;
  }

  async #run(run: TaskRun, plugin: Plugin | undefined): Promise<number> {
    const { taskRuns, now } = this.#deps;
    const reason = reasonAgainst(run, plugin);
    if (!plugin || reason !== undefined) return this.#refuse(run, reason ?? GONE);
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
      const result = await plugin.call({
        ...handlerOf(run.task),
        messages: [],
        hops: 0,
        keepsLog: true,
        ingestId: `task:${run.id}:${attempts}`,
        at: now(),
      });
      await this.#finish(begun, plugin, result);
      return result.outcome.fuel;
    } finally {
      clearInterval(renewal);
    }
  }

  #refuse(run: TaskRun, error: string): number {
    const { db, schedule } = this.#deps;
    db.transaction(() => schedule.end(run, { state: "not_run", error }));
    return 0;
  }

  async #finish(run: TaskRun, plugin: Plugin, { outcome, requests, ran, log }: PluginResult): Promise<void> {
    const { db, schedule, taskRuns, outcomes, redact, now } = this.#deps;
    const asked = await this.#deps.requests.prepare(requests);
    const { kind, message } = outcome;
    const told = message === undefined ? null : redact(message).slice(0, MAX_LINE);
    const sofar = {
      fuel: run.fuel + outcome.fuel,
      kind,
      log: [...run.log, ...this.#lines(log ?? [])].slice(0, MAX_LINES),
    };
    try {
      db.transaction(() => {
        if (!ran)
          schedule.end(run, {
            ...sofar,
            state: "not_run",
            startedAt: null,
            error: `${whyNot(plugin)}: ${told ?? kind}`,
          });
        else if (kind === "retry" && run.attempts < MAX_ATTEMPTS) {
          taskRuns.change(run.id, { ...sofar, error: told });
          this.#putOff(run);
        } else schedule.end(run, { ...sofar, state: "finished", error: kind === "ok" ? null : (told ?? kind) });
        this.#deps.requests.write(asked);
        outcomes.record(attribute(plugin.config, outcome), null, now());
      });
    } catch (error) {
      await this.#deps.requests.discard(asked);
      throw error;
    }
  }

  /** It goes on later, and holds its task until then. */
  #putOff({ id, attempts }: TaskRun): void {
    const { taskRuns, now, random } = this.#deps;
    taskRuns.change(id, { state: "due", wakeAt: now() + backoffMs(Math.max(attempts, 1), random()) });
  }

  #lines(entries: readonly LogEntry[]): TaskRunLine[] {
    return entries
      .slice(0, MAX_LINES)
      .map(({ type, message }) => ({ type, message: this.#deps.redact(message).slice(0, MAX_LINE) }));
  }
}

const GONE = "its plugin config is gone or disabled";

/** Why a run cannot be started at all. */
function reasonAgainst({ task }: TaskRun, plugin: Plugin | undefined): string | undefined {
  if (!plugin) return GONE;
  if (!plugin.config.tasks.some(({ name }) => name === task)) return `version ${plugin.config.version} has no ${task}`;
  return undefined;
}

const whyNot = ({ config: { closed } }: Plugin): string => (closed === undefined ? "setup failed" : "stopped");
