import { expect, test } from "vitest";
import { shownText, shownValue } from "../../../host/console/shown.ts";

test.each([
  ["plain text", "plain text"],
  ["שלום", "שלום"],
  ["👨‍👩‍👧", "👨‍👩‍👧"],
  ["two\nlines", "two\nlines"],
  ["a\u202eb", "a\\u202eb"],
  ["a\u2066b\u2069", "a\\u2066b\\u2069"],
  ["\u0000\u0007\u200b\ufeff", "\\u0000\\u0007\\u200b\\ufeff"],
])("%j is shown as %j", (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test("long text is cut and tells its length", () => {
  expect(shownText("x".repeat(500))).toBe(`${"x".repeat(400)}… (500 characters)`);
  expect(shownText("x".repeat(11), 10)).toBe("xxxxxxxxxx… (11 characters)");
});

test("values are shown as JSON", () => {
  expect(shownValue({ a: ["b", null] })).toBe('{"a":["b",null]}');
  expect(shownValue("text")).toBe('"text"');
});
