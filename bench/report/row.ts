import type { Spread } from "../measure/spread.ts";

export type Unit = "us" | "KiB" | "count";

/** One number that was measured. */
export interface Row {
  /** What was done. */
  group: string;
  /** Who did it. */
  subject: string;
  unit: Unit;
  spread: Spread;
}

export const rowsOf = (group: string, times: ReadonlyMap<string, Spread>): Row[] =>
  [...times].map(([subject, spread]) => ({ group, subject, unit: "us", spread }));

/** A number that is the same every time. */
export const exactly = (value: number): Spread => ({ median: value, p10: value, p90: value });
