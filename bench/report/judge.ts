import { quantile } from "../measure/spread.ts";
import type { Comparison } from "./comparisons.ts";
import type { RowName } from "./names.ts";
import type { Row } from "./row.ts";

/** How a comparison has come out. */
export interface Verdict extends Comparison {
  /** How many times the other row; the number itself where there is none. */
  value: number;
  /** Whether a target is reached; not there where there is none. */
  isReached?: boolean;
}

/** Makes the comparisons whose rows were measured. */
export function judge(rows: readonly Row[], comparisons: readonly Comparison[]): Verdict[] {
  const byName = new Map(rows.map((row) => [keyOf([row.group, row.subject]), row]));
  return comparisons.flatMap((comparison) => {
    const { row, of, atLeast, atMost } = comparison;
    const own = byName.get(keyOf(row));
    const other = of && byName.get(keyOf(of));
    if (!own || (of && !other)) return [];
    const value = other ? ratioOf(own, other) : own.spread.median;
    if (atLeast === undefined && atMost === undefined) return [{ ...comparison, value }];
    return [{ ...comparison, value, isReached: value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) }];
  });
}

/**
 * Rows of one group were measured in the same rounds, each of which has a ratio of its own: what slows the machine for a while slows
 * both.
 */
function ratioOf(own: Row, other: Row): number {
  if (own.group !== other.group) return own.spread.median / other.spread.median;
  const ratios = own.samples.map((sample, round) => sample / (other.samples[round] ?? Number.NaN));
  return quantile(ratios, 0.5);
}

export const keyOf = (name: RowName): string => JSON.stringify(name);
