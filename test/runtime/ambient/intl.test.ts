import { describe, expect, test } from "vitest";

import { provideIntl } from "../../../runtime/ambient/intl.ts";
import { loadPlugin } from "../support/load-plugin.ts";

/** A provider, and the fuel that it billed. */
function intl() {
  const billed: number[] = [];
  return { ...provideIntl({ burn: (fuel) => billed.push(fuel) }), billed };
}

describe("what formatters are made of", () => {
  test.each<[what: string, locales: string[], options: [string, string][]]>([
    ["too many locales", Array<string>(21).fill("en"), []],
    ["a long locale", [`en-${"x".repeat(100)}`], []],
    ["a long option", [], [["timeZone", "x".repeat(101)]]],
    ["an option that there is none of", [], [["constructor", "x"]]],
    ["the prototype", [], [["__proto__", "x"]]],
    ["more options than there are", [], Array<[string, string]>(50).fill(["timeZone", "UTC"])],
    ["a time zone that there is none of", [], [["timeZone", "x"]]],
    ["no locale", ["-"], []],
  ])("is refused, and costs nothing that was not done: %s", (_, locales, options) => {
    const { resolve, format, billed } = intl();
    expect(() => resolve("date", locales, options)).toThrow(expect.objectContaining({ name: "RangeError" }));
    expect(() => format("date", locales, options, "0")).toThrow(expect.objectContaining({ name: "RangeError" }));
    expect(Math.max(0, ...billed)).toBeLessThanOrEqual(150_000);
  });

  test("is refused for numbers that are too long", () => {
    expect(() => intl().format("number", [], [], "1".repeat(1001))).toThrow("numbers of 1000 digits");
    expect(intl().format("number", [], [], "1".repeat(1000))).not.toEqual([]);
  });
});

test("a formatter is billed when it is made, and few are kept", () => {
  const { resolve, billed } = intl();
  const zones = Intl.supportedValuesOf("timeZone").slice(0, 9);
  const use = (zone: string) => resolve("date", [], [["timeZone", zone]]);
  for (const zone of zones) use(zone);
  expect(billed).toHaveLength(9);
  use(zones[8] ?? "");
  expect(billed).toHaveLength(9);
  use(zones[0] ?? "");
  expect(billed).toHaveLength(10);
});

test("a plugin that makes formatters without end runs out of fuel", async () => {
  const plugin = await loadPlugin(
    `export function onEvent() {
      for (let i = 0; ; i++) try { new Intl.DateTimeFormat("en-GB", { timeZone: "+" + String(i % 24).padStart(2, "0") + ":" + String(i % 60).padStart(2, "0") }) } catch {}
    }`,
    { limits: { fuel: 20_000_000 } },
  );
  const { outcome } = await plugin.call("onEvent", [{}]);
  expect(outcome).toMatchObject({ kind: "fuel", limit: "fuel" });
});
