/** What many timings of the same thing come to. */
export interface Spread {
  median: number;
  p10: number;
  p90: number;
}

export const spreadOf = (samples: readonly number[]): Spread => ({
  median: quantile(samples, 0.5),
  p10: quantile(samples, 0.1),
  p90: quantile(samples, 0.9),
});

export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at % 1);
}
