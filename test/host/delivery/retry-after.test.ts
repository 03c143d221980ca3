import { expect, test } from "vitest";
import { parseRetryAfter } from "../../../host/delivery/retry-after.ts";

const now = Date.UTC(2026, 2, 4, 12, 0, 0);

test.each([
  ["0", 0],
  ["120", 120_000],
  [" 5 ", 5000],
  ["Wed, 04 Mar 2026 12:00:30 GMT", 30_000],
  ["Wed, 04 Mar 2026 11:00:00 GMT", 0],
  [null, undefined],
  ["", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["2026-03-04T12:00:30Z", undefined],
  ["Wed, 99 Mar 2026 12:00:30 GMT", undefined],
  ["9".repeat(400), undefined],
])("%j is %j", (header, expected) => {
  expect(parseRetryAfter(header, now)).toBe(expected);
});
