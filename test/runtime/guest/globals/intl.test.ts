import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";

const DATES = `(time, locales, options) => {
  const date = new Date(time ?? NaN);
  const attempt = (run) => { try { return run() } catch (e) { return "threw " + e.name } };
  // Of two things that are wrong, either may be told.
  const attemptAny = (run) => attempt(run).replace(/^threw .*/, "threw");
  const utc = { timeZone: "UTC", ...options };
  return [
    attempt(() => new Intl.DateTimeFormat(locales, utc).format(date)),
    attempt(() => Intl.DateTimeFormat(locales, utc).formatToParts(date)),
    attempt(() => new Intl.DateTimeFormat(locales, utc).resolvedOptions()),
    attempt(() => date.toLocaleString(locales, utc)),
    attemptAny(() => date.toLocaleDateString(locales, utc)),
    attemptAny(() => date.toLocaleTimeString(locales, utc)),
  ];
}`;

const NUMBERS = `(number, locales, options) => {
  const attempt = (run) => { try { return run() } catch (e) { return "threw " + e.name } };
  const value = typeof number === "string" ? BigInt(number) : number ?? -0;
  return [
    attempt(() => new Intl.NumberFormat(locales, options).format(value)),
    attempt(() => Intl.NumberFormat(locales, options).formatToParts(value)),
    attempt(() => new Intl.NumberFormat(locales, options).resolvedOptions()),
    attempt(() => Number(value).toLocaleString(locales, options)),
  ];
}`;

const locales = fc.constantFrom(
  "en-GB",
  "en-US",
  ["en-AU"],
  ["xx", "en-IN"],
  [],
  "de-DE",
  "sv-SE",
  "en-u-hc-h12",
  "not a locale",
  [5],
);
const width = fc.constantFrom("numeric", "2-digit");
const name = fc.constantFrom("long", "short", "narrow");
const dateOptions = fc.oneof(
  fc.record(
    {
      timeZone: fc.constantFrom("Europe/London", "America/New_York", "Asia/Kolkata", "UTC", "+05:30", "Nowhere/Land"),
      weekday: name,
      year: width,
      month: fc.oneof(width, name),
      day: width,
      hour: width,
      minute: width,
      second: width,
      hour12: fc.boolean(),
      hourCycle: fc.constantFrom("h23", "h12"),
      fractionalSecondDigits: fc.integer({ min: 0, max: 4 }),
      timeZoneName: fc.constantFrom("short", "long", "longOffset"),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      dateStyle: fc.constantFrom("full", "short"),
      timeStyle: fc.constantFrom("long", "short"),
      timeZone: fc.constant("Asia/Tokyo"),
    },
    { requiredKeys: [] },
  ),
);
const numberOptions = fc.record(
  {
    style: fc.constantFrom("decimal", "percent", "currency", "unit", "bad"),
    currency: fc.constantFrom("EUR", "usd", "not"),
    unit: fc.constantFrom("kilobyte", "bad"),
    notation: fc.constantFrom("compact", "scientific"),
    useGrouping: fc.constantFrom(true, false, "always"),
    minimumFractionDigits: fc.integer({ min: -1, max: 6 }),
    maximumFractionDigits: fc.integer({ min: 0, max: 101 }),
    maximumSignificantDigits: fc.integer({ min: 1, max: 5 }),
    signDisplay: fc.constantFrom("always", "never"),
  },
  { requiredKeys: [] },
);

describe("Intl", () => {
  test("formats dates as the platform does", async () => {
    const expectSame = await bothWays(DATES);
    const time = fc.constantFrom(0, 1_577_836_800_123, -62_135_596_800_000, 1_720_000_000_000, 9e15, null);
    await fc.assert(fc.asyncProperty(time, locales, dateOptions, expectSame), { numRuns: 40 });
  });

  test("formats numbers as the platform does", async () => {
    const expectSame = await bothWays(NUMBERS);
    const number = fc.constantFrom(0, 1234.5678, -0.5, 1e21, 1e-7, 123_456_789, "123456789012345678901234567890", null);
    await fc.assert(fc.asyncProperty(number, locales, numberOptions, expectSame), { numRuns: 40 });
  });

  test("is English and in UTC where nothing else is asked for, whatever the clock of the sandbox says", async () => {
    const plugin = await loadPlugin(
      `export const onEvent = () => [new Date(0).toLocaleString(), (1234.5).toLocaleString(), Intl.DateTimeFormat().resolvedOptions().timeZone,
        new Intl.DateTimeFormat().format(), [0, 864e5].map(new Intl.DateTimeFormat("en-GB").format), String(Intl), new Date(NaN).toLocaleDateString()]`,
      { utcOffset: 7200 },
    );
    expect(await plugin.run("onEvent", {})).toEqual([
      expect.stringMatching(/^1\/1\/1970, 12:00:00\sAM$/),
      "1,234.5",
      "UTC",
      "1/1/2020",
      ["01/01/1970", "02/01/1970"],
      "[object Intl]",
      "Invalid Date",
    ]);
  });

  test("has methods that are asked of dates and numbers alone", async () => {
    const plugin = await loadPlugin(`
      const attempt = (run) => { try { return run() } catch (e) { return e.name } };
      export const onEvent = () => [
        () => Date.prototype.toLocaleString.call({}), () => Number.prototype.toLocaleString.call("5"), () => new Date(0).toLocaleTimeString("en", { dateStyle: "short" }),
        () => new Date(0).toLocaleDateString("en", { timeStyle: "short" }), () => Object.keys(Date.prototype), () => new Intl.DateTimeFormat() instanceof Intl.DateTimeFormat,
        () => [1, 2.5].toLocaleString("en-GB"),
      ].map(attempt);
    `);
    expect(await plugin.run("onEvent", {})).toEqual([
      "TypeError",
      "TypeError",
      "TypeError",
      "TypeError",
      [],
      true,
      "1,2.5",
    ]);
  });

  test("leaves a plugin repeatable that formats in its setup", async () => {
    const plugin = await loadPlugin(
      `const format = new Intl.DateTimeFormat("en-GB"); export const onEvent = () => format.format(0);`,
    );
    expect(plugin.sandbox.snapshot()).toBeDefined();
    expect(await plugin.run("onEvent", {})).toBe("01/01/1970");
  });
});
