import { expect, test } from "vitest";

import type { Json } from "../../host/event.ts";
import { isDeeperThan } from "../../host/json-depth.ts";

const nested = (levels: number): Json =>
  levels === 0 ? 1 : levels % 2 === 0 ? [nested(levels - 1)] : { a: 1, b: nested(levels - 1) };

test("counts arrays and objects", () => {
  expect(isDeeperThan(nested(100), 100)).toBe(false);
  expect(isDeeperThan(nested(101), 100)).toBe(true);
  expect(isDeeperThan("x", 0)).toBe(false);
});

test("goes no deeper than asked", () => {
  const depth = 250_000;
  expect(isDeeperThan(JSON.parse("[".repeat(depth) + "]".repeat(depth)), 100)).toBe(true);
});
