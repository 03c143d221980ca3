import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../../../host/capture/json.ts";
import { sampleOf } from "../../../host/capture/sample.ts";
import type { Json } from "../../../host/event.ts";

test("is the JSON of a small value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const text = JSON.stringify(value);
      const sample = sampleOf(JSON.parse(text) as Json);
      expect(text.startsWith(sample)).toBe(true);
      expect(sample.length).toBeGreaterThanOrEqual(Math.min(text.length, 300));
      expect(new TextEncoder().encode(sample).length).toBeLessThanOrEqual(1024);
    }),
  );
});

test.each<[string, Json]>([
  ["a long string", "日".repeat(100_000)],
  ["a long key", { ["日".repeat(100_000)]: 1 }],
  ["pairs at the cut", { a: `x${"😀".repeat(1000)}` }],
  ["many elements", Array.from({ length: 100_000 }, (_, i) => i)],
  ["deep nesting", parseJson("[".repeat(200_000) + "]".repeat(200_000))],
  ["deep objects", parseJson('{"a":'.repeat(200_000) + "1" + "}".repeat(200_000))],
])("%s is cut to 1 KiB", (_name, value) => {
  const sample = sampleOf(value);
  const { length } = new TextEncoder().encode(sample);
  expect(length).toBeLessThanOrEqual(1024);
  expect(length).toBeGreaterThan(1020);
  expect(sample).not.toMatch(/\p{Surrogate}/u);
});
