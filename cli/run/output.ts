import type { Json } from "../../host/event.ts";
import type { CallResult, Outcome } from "../../runtime/outcome.ts";
import type { FetchRecord } from "../capabilities/fetch-record.ts";
import type { QueuedJob } from "../capabilities/jobs.ts";
import type { LogLine } from "../capabilities/log.ts";
import type { MetricWrites } from "../capabilities/metrics.ts";
import type { Captured } from "../capabilities/posthog-capture.ts";
import type { World } from "./world.ts";

/** What came of a run, as `hoglet run --json` prints it. */
export interface RunOutput {
  /** Null when setupPlugin is absent or was fine; otherwise no call was made. */
  setup: { error: string } | null;
  /** What each function returned, as JSON; null for nothing. */
  returns: Json[];
  /** What each call threw: `Name: message`, a thrown string verbatim, null for nothing. */
  throws: (string | null)[];
  outcomes: Outcome[];
  fetch: FetchRecord[];
  capture: Captured[];
  jobs: QueuedJob[];
  metrics: Record<string, MetricWrites extends Map<string, infer Writes> ? Writes : never>;
  /** Final values. */
  storage: Record<string, Json>;
  cache: Record<string, Json>;
  /** Seconds as last set. */
  cacheTtl: Record<string, number>;
  logs: LogLine[];
  /** Of setup and all calls, jobs included. */
  fuel: number;
  /** Linear memory at the end. */
  memoryBytes: number;
}

export function describeRun(
  world: World,
  setupError: string | null,
  calls: readonly CallResult[],
  used: { fuel: number; memoryBytes: number },
): RunOutput {
  return {
    setup: setupError === null ? null : { error: setupError },
    returns: calls.map(({ json }) => (json === null ? null : (JSON.parse(json) as Json))),
    throws: calls.map(thrownBy),
    outcomes: calls.map(({ outcome }) => outcome),
    fetch: world.fetches,
    capture: world.captured,
    jobs: world.jobs,
    metrics: Object.fromEntries(world.metrics),
    storage: Object.fromEntries([...world.storage].map(([key, text]) => [key, JSON.parse(text) as Json])),
    ...world.cache.contents(),
    logs: world.logs,
    ...used,
  };
}

/** A limit that was crossed is no throw, even where the engine tells of it by one. */
const thrownBy = ({ outcome, thrown }: CallResult): string | null => (outcome.limit === undefined ? thrown : null);
