import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTime } from "../../host/parse-time.ts";

const noon = Date.UTC(2026, 2, 4, 12, 0, 0);

describe("parseTime", () => {
  test.each([
    ["2026-03-04T12:00:00Z", noon],
    ["2026-03-04T12:00:00.000Z", noon],
    ["2026-03-04t12:00:00z", noon],
    ["2026-03-04T12:00:00.123456789Z", noon + 123],
    ["2026-03-04T12:00:00,5Z", noon + 500],
    ["2026-03-04 12:00:00", noon],
    ["2026-03-04T12:00", noon],
    ["2026-03-04", noon - 12 * 3_600_000],
    ["2026-03-04T14:00:00+02:00", noon],
    ["2026-03-04T14:00:00+0200", noon],
    ["2026-03-04T14:00:00+02", noon],
    ["2026-03-04 06:30:00 -05:30", noon],
    [String(noon), noon],
    [String(noon / 1000), noon],
    [noon, noon],
    [noon / 1000, noon],
    [noon + 0.75, noon],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
  ])("reads %j", (value, expected) => {
    expect(parseTime(value)).toBe(expected);
  });

  test.each([
    undefined,
    null,
    "",
    " ",
    "yesterday",
    true,
    {},
    [],
    ["2026-03-04T12:00:00Z"],
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-03-00T00:00:00Z",
    "2026-03-04T25:00:00Z",
    "2026-03-04T12:61:00Z",
    "2026-03-04T12:00:00Zzz",
    "0000-01-01T00:00:00Z",
    "+012026-03-04T12:00:00Z",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    -1e300,
    "9".repeat(100_000),
    "2026-03-04T12:00:00." + "1".repeat(100_000),
  ])("does not read %j", (value) => {
    expect(parseTime(value)).toBeNull();
  });

  test("reads back every date that toISOString writes with four digits of year", () => {
    const dates = fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(fc.property(dates, (date) => parseTime(date.toISOString()) === date.getTime()));
  });

  test("gives null or an instant that can be written, for any JSON", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.jsonValue()), (value) => {
        const ms = parseTime(value as never);
        if (ms !== null) expect(new Date(ms).toISOString()).toMatch(/^\d{4}-/);
      }),
    );
  });
});
