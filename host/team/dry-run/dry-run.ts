import type { Outcome } from "../../../runtime/outcome.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import { handlerOf } from "../../../wit/plugin-functions.ts";
import type { JsonObject, Message } from "../../event.ts";
import { Redactor } from "../../secrets/redactor.ts";
import type { LogEntry } from "../insight/log.ts";
import type { NewJob } from "../jobs/jobs.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { type AskedCall, callsOf } from "./calls.ts";
import { fetchFrom, type Network, recordFetch, type RecordedRequest } from "./network.ts";
import { redactReport } from "./redact-report.ts";
import { type RealState, ScratchState, type Written } from "./scratch-state.ts";
import { type Called, Trial, UNCOUNTED, type TrialDeps, type Tried } from "./trial.ts";

/** What is tried. */
export interface DryRunRequest {
  /** None tries the setup alone. */
  messages: Message[];
  /** The function that processes them, where that is not to be the one that the pipeline would call. */
  processor?: "processEvent" | "processEventBatch";
  /** Something else to call than what processes events. */
  call?: AskedCall;
  fetch: Network;
}

/** What came of it, without the config's secrets in any text. */
export interface DryRunReport {
  /** How the setup failed; null when it did not. Then nothing else was called. */
  setup: Outcome | null;
  /** The function that was to be called and that the plugin does not have; null when it has it. */
  missing: HandlerName | null;
  results: Tried[];
  called: Called[];
  logs: Pick<LogEntry, "source" | "type" | "message">[];
  fetches: RecordedRequest[];
  captured: JsonObject[];
  jobs: Pick<NewJob, "name" | "payload" | "dueAt">[];
  metrics: { name: string; operation: string; value: number }[];
  written: Written;
  fuel: number;
  /** Events that were not run, because there was no fuel or time left for them. */
  left: number;
}

/** What a dry run takes of the team's own. */
export type DryRunDeps = Omit<TrialDeps, "state" | "fetch"> & { real: RealState };

/** Runs a plugin without anything of it being kept or sent, but for its requests where they are live. */
export async function dryRun(config: PluginConfig, request: DryRunRequest, deps: DryRunDeps): Promise<DryRunReport> {
  const { real, now } = deps;
  const { fetch, requests: fetches } = recordFetch(fetchFrom(request.fetch));
  const counted = request.fetch === "live" ? {} : UNCOUNTED();
  const trial = new Trial(config, { ...deps, ...counted, fetch, state: new ScratchState(real, now) });
  try {
    const setup = await trial.setUp();
    const wanted = request.processor ?? functionOf(request.call);
    const missing = !setup && wanted && !(await trial.has(wanted)) ? wanted : null;
    const isRun = setup === null && missing === null;
    const results = isRun && !request.call ? await trial.process(request.messages, request.processor) : [];
    const calls = isRun && request.call ? callsOf(request.call, request.messages, now()) : [];
    const called: Called[] = [];
    for (const call of calls) if (!trial.isSpent) called.push(await trial.call(call));
    const left = results.length > 0 ? request.messages.length - results.length : calls.length - called.length;
    const redactor = new Redactor([...config.secrets.values, ...keysOf(deps)]);
    const { logs, written, fuel } = trial;
    const { captured, jobs, measured } = trial.takeAsked();
    const events = captured.map(({ event }) => event as JsonObject);
    const report = { setup, missing, results, called, logs, fetches, captured: events, jobs, written, fuel, left };
    return redactReport({ ...report, metrics: measured }, redactor);
  } finally {
    await trial.end();
  }
}

function functionOf(call: AskedCall | undefined): HandlerName | undefined {
  if (call?.kind === "events") return call.function;
  if (call?.kind !== "task") return undefined;
  // Whether there is a job, or a task of another interval, its own call tells.
  const { function: name } = handlerOf(call.function);
  return name === "runTask" ? undefined : name;
}

/** The team's keys, which a plugin has not seen and may find all the same. */
export const keysOf = ({ account }: Pick<TrialDeps, "account">): string[] => {
  const { projectApiKey, personalApiKey } = account() ?? {};
  return [projectApiKey, personalApiKey].filter((key) => typeof key === "string");
};
