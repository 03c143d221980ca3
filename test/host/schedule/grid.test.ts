import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { gridOf } from "../../../host/schedule/grid.ts";

const at = (iso: string): number => Date.parse(iso);
const MINUTE = 60_000;
const configs = Array.from({ length: 500 }, (_, id) => id + 1);

describe("PostHog's tasks", () => {
  test("run every minute on the minute", () => {
    const grid = gridOf("runEveryMinute", 7, undefined);
    expect(grid.atOrAfter(at("2026-01-01T10:00:00Z"))).toBe(at("2026-01-01T10:00:00Z"));
    expect(grid.atOrAfter(at("2026-01-01T10:00:00.001Z"))).toBe(at("2026-01-01T10:01:00Z"));
  });

  test.each([
    ["runEveryHour", 60],
    ["runEveryDay", 24 * 60],
  ])("%s has a minute of its own for each config, always the same one, and all minutes are used", (task, minutes) => {
    const places = configs.map((id) => {
      const first = gridOf(task, id, undefined).atOrAfter(0) / MINUTE;
      expect(Number.isInteger(first)).toBe(true);
      expect(gridOf(task, id, undefined).atOrAfter((first + 5 * minutes) * MINUTE) / MINUTE).toBe(first + 5 * minutes);
      return first;
    });
    expect(Math.max(...places)).toBeLessThan(minutes);
    // No minute has many of them: at random it would have 500 / minutes.
    const most = Math.max(...places.map((place) => places.filter((other) => other === place).length));
    expect(most).toBeLessThan(10 + (2 * 500) / minutes);
    expect(new Set(places).size).toBeGreaterThan(minutes === 60 ? 55 : 350);
  });
});

describe("a schedule", () => {
  const every = (cron: string, timezone = "UTC") => gridOf("runEverySo", 1, { cron, timezone });

  test("has the times of its pattern, a time itself included", () => {
    const grid = every("*/15 * * * *");
    expect(grid.atOrAfter(at("2026-01-01T10:15:00Z"))).toBe(at("2026-01-01T10:15:00Z"));
    expect(grid.atOrAfter(at("2026-01-01T10:15:00.001Z"))).toBe(at("2026-01-01T10:30:00Z"));
  });

  test("is one of its time zone, in winter as in summer", () => {
    const grid = every("0 6 * * 1-5", "Europe/Berlin");
    expect(grid.atOrAfter(at("2026-01-01T00:00:00Z"))).toBe(at("2026-01-01T05:00:00Z"));
    expect(grid.atOrAfter(at("2026-07-01T00:00:00Z"))).toBe(at("2026-07-01T04:00:00Z"));
    // A Saturday.
    expect(grid.atOrAfter(at("2026-01-03T00:00:00Z"))).toBe(at("2026-01-05T05:00:00Z"));
  });

  describe("on the day that has no such hour, and on the day that has it twice,", () => {
    /** The times of a pattern in Berlin from a noon to the next one. */
    function times(cron: string, noon: string): string[] {
      const grid = every(cron, "Europe/Berlin");
      const all: string[] = [];
      const end = at(noon) + 24 * 60 * MINUTE;
      for (let time = grid.atOrAfter(at(noon)); time < end; time = grid.atOrAfter(time + 1))
        all.push(new Date(time).toISOString().slice(11, 16));
      return all;
    }
    const [FORWARD, BACK] = ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"];

    test("is due once, if its minute and its hour are fixed", () => {
      expect([times("30 2 * * *", FORWARD), times("30 2 * * *", BACK)]).toEqual([["01:00"], ["00:30"]]);
    });

    test("goes by what the clock shows, if they are not", () => {
      expect([times("*/30 2 * * *", FORWARD), times("*/30 2 * * *", BACK)]).toEqual([
        [],
        ["00:00", "00:30", "01:00", "01:30"],
      ]);
    });
  });
});

test("the last time up to another, and how many there are until then, is what going from one to the next comes to", () => {
  const grids = [
    gridOf("runEveryMinute", 1, undefined),
    gridOf("runEveryHour", 3, undefined),
    gridOf("runEveryHour", 1, { cron: "7,37 */2 * * *", timezone: "America/New_York" }),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...grids),
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 0, max: 600 }),
      (grid, start, minutes) => {
        const from = at("2026-01-01T00:00:00Z") + start;
        const to = from + minutes * MINUTE;
        const first = grid.atOrAfter(from);
        fc.pre(first <= to);
        const times = [first];
        for (let next = grid.atOrAfter(first + 1); next <= to; next = grid.atOrAfter(next + 1)) times.push(next);
        expect(grid.upTo(first, to)).toEqual({ last: times.at(-1), count: times.length });
      },
    ),
    { numRuns: 60 },
  );
});

test("what was missed for years is counted no further than a thousand, and the last time is still the last", () => {
  const grid = gridOf("runEveryHour", 1, { cron: "*/5 * * * *", timezone: "UTC" });
  expect(grid.upTo(0, at("2026-01-01T00:00:30Z"))).toEqual({ last: at("2026-01-01T00:00:00Z"), count: 1_000 });
});
