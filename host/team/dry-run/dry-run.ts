import type { Outcome } from "../../../runtime/outcome.ts";
import { Snapshots } from "../../../runtime/snapshots.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import type { JsonObject, Message } from "../../event.ts";
import { Redactor } from "../../secrets/redactor.ts";
import type { FailedSetup, KnownFailures } from "../plugins/failed-setups.ts";
import { addRequests, noRequests, type Requests } from "../plugins/invocation.ts";
import type { NewJob } from "../jobs/jobs.ts";
import type { LogEntry } from "../insight/log.ts";
import type { TimedOutcome } from "../insight/timed-outcome.ts";
import { Plugin } from "../plugins/plugin.ts";
import type { PluginDeps } from "../plugins/plugin-sandbox.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { process, processorOf } from "../events/process-event.ts";
import { redactOutcome } from "../plugins/redact-outcome.ts";
import { recordFetch, type RecordedRequest } from "./recorded-fetch.ts";
import { type RealState, ScratchState, type Written } from "./scratch-state.ts";

/** What is tried. */
export interface DryRunRequest {
  /** Each by itself, one after the other, as processEvent sees them. None tries the setup alone. */
  messages: Message[];
  /** Another function than the one that processes events, with its arguments as JSON; called once, instead. */
  call?: { function: HandlerName; args: string[] };
  /** Whether requests are sent, as the config grants them. */
  fetch: "live" | "off";
}

export interface DryRunResult {
  before: JsonObject;
  /** Null when it was dropped. As it was before, when the plugin failed on it. */
  after: JsonObject | null;
  outcome: TimedOutcome;
}

/** What came of it, without the config's secrets in any text. */
export interface DryRunReport {
  /** How the setup failed; null when it did not. Then nothing else was called. */
  setup: Outcome | null;
  results: DryRunResult[];
  /** What the other function came to, and what it returned: JSON. */
  called: { outcome: TimedOutcome; returned: string | null } | null;
  logs: Pick<LogEntry, "source" | "type" | "message">[];
  fetches: RecordedRequest[];
  captured: JsonObject[];
  jobs: Pick<NewJob, "name" | "payload" | "dueAt">[];
  metrics: { name: string; operation: string; value: number }[];
  written: Written;
}

/** What a dry run takes of the team's own. */
export type DryRunDeps = Pick<
  PluginDeps,
  "image" | "files" | "keys" | "pool" | "rate" | "traffic" | "meter" | "account" | "loopback" | "locate" | "now"
> & {
  real: RealState;
};

const MAX_LOGS = 1000;

/**
 * Runs a plugin without anything of it being kept or sent, but for its requests: in a sandbox of its own, over the team's state, with all
 * limits in force.
 */
export async function dryRun(config: PluginConfig, request: DryRunRequest, deps: DryRunDeps): Promise<DryRunReport> {
  const scratch = new ScratchState(deps.real, deps.now);
  const { fetch, requests: fetches } = recordFetch(request.fetch);
  const logs: LogEntry[] = [];
  const asked = noRequests();
  let setup: Outcome | null = null;
  const plugin = new Plugin(config, {
    ...deps,
    poolPrefix: `dry-run/${crypto.randomUUID()}`,
    snapshots: new Snapshots(0),
    failedSetups: rememberNothing(),
    askOwnerToRetire: () => plugin.discard(),
    log: { write: (entry) => void (logs.length < MAX_LOGS && logs.push(entry)) },
    shared: scratch,
    cache: { run: (commands) => scratch.runCache(commands) },
    jobs: { pendingOf: () => 0 },
    metrics: { namesOf: () => [] },
    recordings: { keep: () => undefined },
    // What does not leave is nothing to count.
    traffic: request.fetch === "live" ? deps.traffic : { note: () => undefined },
    fetch,
    async onLifecycle(_, outcome, requests) {
      if (outcome.kind !== "ok") setup = outcome;
      addRequests(asked, requests);
    },
  });
  try {
    await plugin.retrySetup();
    const results = setup === null && !request.call ? await processAll(plugin, request.messages, asked) : [];
    const called =
      setup === null && request.call ? await callOnce(plugin, request.call, request.messages, asked, deps.now()) : null;
    const redactor = new Redactor([...config.secrets.values, ...keysOf(deps)]);
    return redacted({ setup, results, called, logs, fetches, asked, written: scratch.written }, redactor);
  } finally {
    await plugin.discard();
  }
}

async function processAll(plugin: Plugin, messages: readonly Message[], asked: Requests): Promise<DryRunResult[]> {
  const name = await processorOf(plugin);
  if (name === undefined) return [];
  const results: DryRunResult[] = [];
  for (const message of messages) {
    const before = structuredClone(message.event) as JsonObject;
    const copy = { ...message, event: structuredClone(message.event) };
    const { outcome, each, requests, added } = await process(plugin, name, [
      { message: copy, size: JSON.stringify(before).length },
    ]);
    addRequests(asked, requests);
    asked.captured.push(...added);
    const [end] = each;
    const after = end?.kind === "ok" ? (end.event as JsonObject) : end?.kind === "dropped" ? null : before;
    results.push({ before, after, outcome });
  }
  return results;
}

async function callOnce(
  plugin: Plugin,
  { function: name, args }: NonNullable<DryRunRequest["call"]>,
  messages: readonly Message[],
  asked: Requests,
  now: number,
): Promise<DryRunReport["called"]> {
  const ingestId = `dry-run:${now}`;
  const { outcome, json, requests } = await plugin.call({ function: name, args, messages, hops: 0, ingestId, at: now });
  addRequests(asked, requests);
  return { outcome, returned: json };
}

const keysOf = ({ account }: DryRunDeps): string[] => {
  const { projectApiKey, personalApiKey } = account() ?? {};
  return [projectApiKey, personalApiKey].filter((key) => typeof key === "string");
};

function redacted(
  found: Omit<DryRunReport, "captured" | "jobs" | "metrics"> & { asked: Requests; logs: LogEntry[] },
  { text }: Redactor,
): DryRunReport {
  const { asked, ...report } = found;
  return {
    ...report,
    setup: report.setup && redactOutcome(report.setup, text),
    results: report.results.map((result) => ({ ...result, outcome: redactOutcome(result.outcome, text) })),
    called: report.called && { ...report.called, outcome: redactOutcome(report.called.outcome, text) },
    logs: report.logs.map(({ source, type, message }) => ({ source, type, message: text(message) })),
    fetches: report.fetches.map((request) => ({ ...request, url: text(request.url) })),
    captured: asked.captured.map(({ event }) => event as JsonObject),
    jobs: asked.jobs.map(({ name, payload, dueAt }) => ({ name, payload, dueAt })),
    metrics: asked.measured.map(({ name, operation, value }) => ({ name, operation, value })),
  };
}

function rememberNothing(): KnownFailures {
  return { get: (): FailedSetup | undefined => undefined, set: () => undefined, forget: () => undefined };
}
