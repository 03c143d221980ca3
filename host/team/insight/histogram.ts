/** Buckets of one doubling: a percentile is told to within a tenth of itself. */
const PER_DOUBLING = 4;

/** How often values of about the same size came, so that those of several places add up. Plain JSON. */
export interface Histogram {
  sum: number;
  /** By the number of the bucket. */
  buckets: Record<number, number>;
}

export const emptyHistogram = (): Histogram => ({ sum: 0, buckets: {} });

/** @param value not negative */
export function observe(histogram: Histogram, value: number): void {
  const bucket = value < 1 ? 0 : 1 + Math.floor(Math.log2(value) * PER_DOUBLING);
  histogram.sum += value;
  histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
}

/** Adds the values of another one. */
export function addHistogram(to: Histogram, { sum, buckets }: Histogram): void {
  to.sum += sum;
  for (const [bucket, count] of Object.entries(buckets))
    to.buckets[Number(bucket)] = (to.buckets[Number(bucket)] ?? 0) + count;
}

/**
 * The value that a part of all values does not exceed, about: the middle of its bucket.
 * @param part from 0 to 1
 * @returns null when there are no values
 */
export function percentile({ buckets }: Histogram, part: number): number | null {
  const counts = Object.entries(buckets).map(([bucket, count]) => [Number(bucket), count] as const);
  counts.sort(([a], [b]) => a - b);
  const wanted = part * counts.reduce((all, [, count]) => all + count, 0);
  let seen = 0;
  for (const [bucket, count] of counts) {
    seen += count;
    if (seen >= wanted) return bucket === 0 ? 0 : Math.round(2 ** ((bucket - 0.5) / PER_DOUBLING));
  }
  return null;
}
