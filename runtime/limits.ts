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
}

export const DEFAULT_LIMITS: Limits = {
  fuel: 400_000_000,
  memoryBytes: 32 * 1024 * 1024,
  stackBytes: 128 * 1024,
  wallMs: 30_000,
};

/** A plugin's limits: the defaults, and below them whatever its config says. No config raises a limit. */
export function limitsOf(overrides: Readonly<Record<string, unknown>> | null): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    const value = overrides?.[name];
    if (typeof value === "number" && value > 0) limits[name] = Math.min(value, limits[name]);
  }
  return limits;
}
