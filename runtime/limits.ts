/** What one plugin may use. Every number is a ceiling, and none is read off a clock that stands still at the edge. */
export interface Limits {
  /** Fuel of one call, its setup or its script; about one second of CPU on a current machine. */
  fuel: number;
  /** Bytes the guest may allocate. */
  memoryBytes: number;
  /** Bytes of stack before the guest sees `stack overflow`. */
  stackBytes: number;
  /** Milliseconds from the start of a call until everything it began has settled, awaits included. */
  wallMs: number;
  /** Capability calls of one call in all, `console`, `URL`, `TextEncoder` and `Intl` included. */
  calls: number;
  /** Capability calls of one call that are under way at a time. */
  concurrentCalls: number;
  /** Characters and bytes that one call may hand to capabilities. */
  bytesOut: number;
  /** Characters and bytes that capabilities may hand to one call. */
  bytesIn: number;
  /** Lines that one call may write to the log. */
  logLines: number;
  /** Characters of all these lines together. */
  logBytes: number;
  /** Timers of one call that wait at a time. */
  timers: number;
  /** Characters of JSON that a function may return, or change of its event. */
  returnedBytes: number;
  /** Requests of one call, to whatever host. */
  fetches: number;
  /** Requests of one config that are under way at a time; more wait for their turn. */
  concurrentFetches: number;
  /** Requests of one config in a minute, in one shard of the team, redirects included. */
  fetchesPerMinute: number;
  /** Milliseconds of one request, redirects and the body of the answer included. */
  fetchMs: number;
  /** Bytes of the address, headers and body of one request. */
  fetchRequestBytes: number;
  /** Bytes of an answer's body, after decompression. */
  fetchResponseBytes: number;
  /** Jobs that one call may ask for. */
  jobs: number;
  /** Jobs of one config that wait, in one shard of the team. */
  pendingJobs: number;
  /** Days from now to the time that a job is asked for. */
  jobDaysAhead: number;
  /** Runs of a job that throws `RetryError`, or whose plugin cannot be set up, before it is given up. */
  jobAttempts: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  fuel: 300_000_000,
  memoryBytes: 32 * MIB,
  stackBytes: 128 * 1024,
  wallMs: 30_000,
  calls: 10_000,
  concurrentCalls: 5_000,
  bytesOut: 32 * MIB,
  bytesIn: 32 * MIB,
  logLines: 1_000,
  logBytes: MIB,
  timers: 1_000,
  returnedBytes: 4_000_000,
  fetches: 200,
  concurrentFetches: 6,
  fetchesPerMinute: 3_000,
  fetchMs: 20_000,
  fetchRequestBytes: 10 * MIB,
  fetchResponseBytes: 10 * MIB,
  jobs: 1_000,
  pendingJobs: 10_000,
  jobDaysAhead: 3_650,
  jobAttempts: 15,
};

/** What no operator can allow: what an isolate, an alarm or the engine itself can bear. */
export const HIGHEST_LIMITS: Limits = {
  // The engine counts in 31 bits.
  fuel: 2_000_000_000,
  memoryBytes: 64 * MIB,
  // The engine has 1 MiB of stack, and what guest code leaves is for its parsers and for the host.
  stackBytes: 256 * 1024,
  wallMs: 300_000,
  calls: 1_000_000,
  concurrentCalls: 10_000,
  bytesOut: 256 * MIB,
  bytesIn: 256 * MIB,
  logLines: 10_000,
  logBytes: 16 * MIB,
  timers: 10_000,
  returnedBytes: 16_000_000,
  fetches: 10_000,
  concurrentFetches: 100,
  fetchesPerMinute: 60_000,
  fetchMs: 300_000,
  fetchRequestBytes: 64 * MIB,
  fetchResponseBytes: 64 * MIB,
  jobs: 10_000,
  pendingJobs: 1_000_000,
  jobDaysAhead: 36_500,
  jobAttempts: 100,
};

/** The names of all limits. */
export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as readonly (keyof Limits)[];

/** The highest that a config may set a limit to. @param ceiling the operator's; where it is silent, nothing is raised above its default */
export function highestLimit(name: keyof Limits, ceiling: Readonly<Partial<Limits>>): number {
  return Math.min(ceiling[name] ?? DEFAULT_LIMITS[name], HIGHEST_LIMITS[name]);
}

/** A plugin's limits: what its config says, the defaults elsewhere, and nothing above the operator's ceiling. */
export function limitsOf(
  overrides: Readonly<Record<string, unknown>> | null,
  ceiling: Readonly<Partial<Limits>> = {},
): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of LIMIT_NAMES) {
    const value = overrides?.[name];
    const wanted = typeof value === "number" && value > 0 ? Math.ceil(value) : DEFAULT_LIMITS[name];
    limits[name] = Math.min(wanted, highestLimit(name, ceiling));
  }
  return limits;
}

/** A call crossed one of its limits on the host's side of the boundary. The engine is ended with it. */
export class LimitError extends Error {
  override readonly name = "LimitError";
  readonly limit: keyof Limits;

  constructor(limit: keyof Limits, message: string) {
    super(message);
    this.limit = limit;
  }
}
