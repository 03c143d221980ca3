import fc from "fast-check";
import { expect, test } from "vitest";
import { FIRST_WAIT_MS, LONGEST_RETRY_AFTER_MS, LONGEST_WAIT_MS, backoffMs } from "../../../host/delivery/backoff.ts";

test("doubles from one second to five minutes", () => {
  const waits = Array.from({ length: 12 }, (_, index) => backoffMs(index + 1, 1));
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000));
});

test("has its second half at random", () => {
  expect([0, 0.5, 1].map((random) => backoffMs(3, random))).toEqual([2000, 3000, 4000]);
});

test("lets Retry-After decide, within one second and one hour", () => {
  expect(backoffMs(9, 0.5, 7000)).toBe(7000);
  expect(backoffMs(1, 0.5, 0)).toBe(FIRST_WAIT_MS);
  expect(backoffMs(1, 0.5, 1e15)).toBe(LONGEST_RETRY_AFTER_MS);
});

test("is a wait that can be kept, after any number of failures", () => {
  const attempts = fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.constant(Number.MAX_VALUE));
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(attempts, random, (attempt, chance) => {
      const wait = backoffMs(attempt, chance);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(FIRST_WAIT_MS / 2);
      expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
      expect(backoffMs(attempt + 1, chance)).toBeGreaterThanOrEqual(wait);
    }),
  );
});
