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
  const medians = new Map(rows.map(({ group, subject, spread }) => [keyOf([group, subject]), spread.median]));
  return comparisons.flatMap((comparison) => {
    const { row, of, atLeast, atMost } = comparison;
    const own = medians.get(keyOf(row));
    const other = of ? medians.get(keyOf(of)) : 1;
    if (own === undefined || other === undefined) return [];
    const value = own / other;
    if (atLeast === undefined && atMost === undefined) return [{ ...comparison, value }];
    return [{ ...comparison, value, isReached: value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) }];
  });
}

export const keyOf = (name: RowName): string => JSON.stringify(name);
