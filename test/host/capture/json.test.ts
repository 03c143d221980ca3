import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { looksLikeJson, parseJson } from "../../../host/capture/json.ts";
import { MAX_EVENT_BYTES, MAX_JSON_VALUES, MAX_REQUEST_BYTES } from "../../../host/capture/limits.ts";

const INVALID = expect.objectContaining({
  status: 400,
  message: expect.stringMatching(/^Malformed request data: Invalid JSON: /),
});
const TOO_LARGE = expect.objectContaining({ status: 413 });

describe("parseJson", () => {
  test("agrees with JSON.parse on all JSON", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary" }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("agrees with JSON.parse on what is nearly JSON", () => {
    const pieces = fc.constantFrom('"', "\\", "\\\\", "[", "]", "{", "}", ":", ",", "1", "null", "a");
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join("");
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(() => parseJson(text)).toThrow(INVALID);
          return;
        }
        expect(parseJson(text)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["[NaN]", [null]],
    ["NaN", null],
    ["[Infinity,-Infinity, NaN ]", [null, null, null]],
    ['{"a":NaN,"NaN":-Infinity}', { a: null, NaN: null }],
    ['["NaN, Infinity, -Infinity",NaN]', ["NaN, Infinity, -Infinity", null]],
    ['["\\"NaN",NaN,"\\\\",Infinity,"\\\\\\"NaN"]', ['"NaN', null, "\\", null, '\\"NaN']],
    ['[NaN,"NaN"]', [null, "NaN"]],
  ])("%s", (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  test.each(["[nan]", "[NaNN]", "[+Infinity]", "[--Infinity]", "[Inf]", "[1NaN]", "{NaN:1}", '"NaN', "[trueNaN]"])(
    "%s is invalid",
    (text) => {
      expect(() => parseJson(text)).toThrow(INVALID);
    },
  );

  test("keeps __proto__ a key", () => {
    const value = parseJson('{"__proto__":{"polluted":1},"constructor":2}');
    expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each([
    ["objects", "[", "{},", "{}]"],
    ["arrays", "[", "[],", "[]]"],
    ["numbers", "[", "1,", "1]"],
    ["literals", "[", "NaN,", "NaN]"],
    ["nesting", "", "[", "]"],
    ["commas", "", ",", ""],
  ])("too many %s are refused before they are parsed", (_name, start, value, end) => {
    const times = MAX_JSON_VALUES;
    expect(() => parseJson(start + value.repeat(times) + end)).toThrow(TOO_LARGE);
  });

  test.each(["1", "[]", "{}", "[[]]", '{"":{}}'])(
    "no event within its own limit holds too many values: %s",
    (value) => {
      const text = `[${`${value},`.repeat(MAX_EVENT_BYTES / (value.length + 1) - 1)}${value}]`;
      expect(text.length).toBeGreaterThan(MAX_EVENT_BYTES - 20);
      expect(parseJson(text)).toHaveLength(Math.floor(MAX_EVENT_BYTES / (value.length + 1)));
    },
  );

  test("20 MB of ordinary events do not hold too many values", () => {
    const properties = { $lib: "web", $browser: "Chrome", $browser_version: 120, $screen_width: 1920, list: [1, 2, 3] };
    const event = { event: "pageview", distinct_id: "u1", properties, timestamp: "2024-01-01T00:00:00Z" };
    const json = JSON.stringify(event);
    const text = `[${`${json},`.repeat(Math.floor(MAX_REQUEST_BYTES / (json.length + 1)) - 1)}${json}]`;
    expect(parseJson(text)).toContainEqual(event);
  });

  test("commas and brackets in strings are no values", () => {
    const text = JSON.stringify([",[{".repeat(MAX_JSON_VALUES)]);
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});

test.each([
  ["{", true],
  [" \n[", true],
  ["", false],
  ["x{", false],
  ['"{"', false],
])("%j looks like JSON: %s", (text, expected) => {
  expect(looksLikeJson(text)).toBe(expected);
});
