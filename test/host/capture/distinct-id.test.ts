import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDistinctId } from "../../../host/capture/distinct-id.ts";

describe("order", () => {
  const all = {
    $distinct_id: "dollar",
    distinct_id: "top",
    properties: { distinct_id: "property" },
  };
  test.each([
    [all, "dollar"],
    [{ ...all, $distinct_id: null }, "property"],
    [{ ...all, $distinct_id: "", properties: { distinct_id: null } }, "top"],
    [{ ...all, $distinct_id: "", properties: null }, "top"],
    [{ distinct_id: null, properties: { distinct_id: "alias" } }, "alias"],
    [{ distinct_id: null, properties: { distinct_id: "" } }, null],
    [{ distinct_id: "x", properties: ["distinct_id"] }, "x"],
    [{}, null],
  ])("%j is %j", (item, expected) => {
    expect(readDistinctId(item)).toBe(expected);
  });
});

test.each([
  [0, "0"],
  [42, "42"],
  [false, "false"],
  [{ a: 1 }, '{"a":1}'],
  [[], "[]"],
  [" ", " "],
  ["a\u0000b", "a\u0000b"],
  ["\uD800", "\uD800"],
])("%j is %j", (id, expected) => {
  expect(readDistinctId({ distinct_id: id })).toBe(expected);
});

describe("is cut to 200 characters", () => {
  test.each([
    ["a".repeat(200), "a".repeat(200)],
    ["a".repeat(201), "a".repeat(200)],
    [`${"a".repeat(199)}😀`, "a".repeat(199)],
    [`${"a".repeat(198)}😀b`, `${"a".repeat(198)}😀`],
  ])("%j", (id, expected) => {
    expect(readDistinctId({ distinct_id: id })).toBe(expected);
  });

  test("never inside of a pair", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 100, maxLength: 400 }), (id) => {
        const cut = readDistinctId({ distinct_id: id });
        expect(id.startsWith(cut ?? "")).toBe(true);
        expect(cut?.length).toBeLessThanOrEqual(200);
        expect(cut).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});
