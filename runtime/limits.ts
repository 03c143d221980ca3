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
  /** Capability calls of one call in all, `console` and `URL` included. */
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
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  fuel: 300_000_000,
  memoryBytes: 32 * MIB,
  stackBytes: 128 * 1024,
  wallMs: 30_000,
  calls: 10_000,
  concurrentCalls: 1_000,
  bytesOut: 32 * MIB,
  bytesIn: 32 * MIB,
  logLines: 1_000,
  logBytes: MIB,
  timers: 1_000,
  returnedBytes: 4_000_000,
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
};

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

/**
 * A plugin's limits: what its config says, the defaults elsewhere, and nothing above the operator's ceiling.
 * @param ceiling the operator's; without one, no config raises a limit above its default
 */
export function limitsOf(
  overrides: Readonly<Record<string, unknown>> | null,
  ceiling: Readonly<Partial<Limits>> = {},
): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of NAMES) {
    const highest = Math.min(ceiling[name] ?? DEFAULT_LIMITS[name], HIGHEST_LIMITS[name]);
    const value = overrides?.[name];
    const wanted = typeof value === "number" && value > 0 ? Math.ceil(value) : DEFAULT_LIMITS[name];
    limits[name] = Math.min(wanted, highest);
  }
  return limits;
}

/**
 * Reads an operator's ceiling, such as `{"fuel": 1e9}`.
 * @throws {Error} naming the first limit that there is not, or that is no positive number
 */
export function parseCeiling(json: string): Partial<Limits> {
  const ceiling: unknown = JSON.parse(json);
  if (typeof ceiling !== "object" || ceiling === null || Array.isArray(ceiling))
    throw new Error(`a ceiling of limits is an object, such as {"fuel": 1000000000}, and not ${json}`);
  for (const [name, value] of Object.entries(ceiling)) {
    if (!(NAMES as string[]).includes(name))
      throw new Error(`there is no limit "${name}": there are ${NAMES.join(", ")}`);
    if (typeof value !== "number" || !(value > 0)) throw new Error(`the limit "${name}" must be a positive number`);
  }
  return ceiling as Partial<Limits>;
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
