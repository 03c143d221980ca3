import fc from "fast-check";
import { expect, test } from "vitest";
import { addHistogram, emptyHistogram, observe, percentile } from "../../../../host/team/insight/histogram.ts";

const values = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 200 });

function histogramOf(all: readonly number[]) {
  const histogram = emptyHistogram();
  for (const value of all) observe(histogram, value);
  return histogram;
}

test("percentiles are within a tenth of the real ones, a rounding apart", () => {
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.95, 0.99), (all, part) => {
      const real = all.toSorted((a, b) => a - b)[Math.ceil(part * all.length) - 1] ?? 0;
      const told = percentile(histogramOf(all), part) ?? 0;
      expect(Math.abs(told - real)).toBeLessThanOrEqual(0.1 * real + 0.5);
    }),
  );
});

test("those of two places add up to that of both", () => {
  fc.assert(
    fc.property(values, values, (here, there) => {
      const sum = histogramOf(here);
      addHistogram(sum, histogramOf(there));
      expect(sum).toEqual(histogramOf([...here, ...there]));
    }),
  );
});

test("nothing has no percentile, and what takes no time takes 0", () => {
  expect(percentile(emptyHistogram(), 0.5)).toBeNull();
  expect(percentile(histogramOf([0, 0, 0.5]), 0.99)).toBe(0);
});
