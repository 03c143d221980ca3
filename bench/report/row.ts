import { spreadOf } from "../measure/spread.ts";
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
  /** Of each round of a group, in the order of the rounds. */
  samples: readonly number[];
}

export const rowsOf = (group: string, times: ReadonlyMap<string, readonly number[]>): Row[] =>
  [...times].map(([subject, samples]) => ({ group, subject, unit: "us", spread: spreadOf(samples), samples }));

/** A row whose number is the same every time. */
export const exactRow = (group: string, subject: string, unit: Unit, value: number): Row => ({
  group,
  subject,
  unit,
  spread: spreadOf([value]),
  samples: [value],
});
