import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../host/event.ts";
import { readSentAt } from "../../../host/capture/sent-at.ts";

test.each([
  ["1700000000000", "2023-11-14T22:13:20.000Z"],
  [1_700_000_000_000, "2023-11-14T22:13:20.000Z"],
  ["1700000000", "2023-11-14T22:13:20.000Z"],
  ["99999999999", "5138-11-16T09:46:39.000Z"],
  ["100000000000", "1973-03-03T09:46:40.000Z"],
  ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"],
  ["2026-03-01T12:00:00.123456+02:00", "2026-03-01T10:00:00.123Z"],
  ["2026-03-01T12:00:00.5-0130", "2026-03-01T13:30:00.500Z"],
  ["2026-03-01 12:00:00+02", "2026-03-01T10:00:00.000Z"],
  ["2026-03-01T12:00:00", "2026-03-01T12:00:00.000Z"],
  ["2026-03-01t12:00z", "2026-03-01T12:00:00.000Z"],
  ["2026-03-01", "2026-03-01T00:00:00.000Z"],
])("%j is %s", (value, expected) => {
  expect(readSentAt([value])).toBe(expected);
});

test.each([
  "",
  "soon",
  "1 2021",
  "2026-13-01T00:00:00Z",
  "2026-03-01T25:00:00Z",
  "-1",
  "1700000000.5",
  "9".repeat(400),
  "999999999999999",
  null,
  undefined,
  true,
  {},
  [],
  Number.NaN,
])("%j is null", (value) => {
  expect(readSentAt([value])).toBeNull();
});

describe("sources", () => {
  test("the first that is a time counts", () => {
    expect(readSentAt([null, "", "x", "1700000000000", "1800000000000"])).toBe("2023-11-14T22:13:20.000Z");
    expect(readSentAt([])).toBeNull();
  });
});

test("anything is a time with four digits of year, or null", () => {
  const value = fc.oneof(fc.string(), fc.jsonValue(), fc.stringMatching(/^\d{1,20}$/));
  fc.assert(
    fc.property(value, (candidate) => {
      const sentAt = readSentAt([candidate as Json]);
      if (sentAt !== null) expect(sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }),
  );
});
