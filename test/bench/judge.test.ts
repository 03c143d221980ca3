import { expect, test } from "vitest";

import { COMPARISONS } from "../../bench/report/comparisons.ts";
import { judge, keyOf } from "../../bench/report/judge.ts";
import { exactRow } from "../../bench/report/row.ts";
import { rows } from "./row.ts";

const ROWS = [
  ...rows("call", { hoglet: [10, 10, 40], peer: [20, 25, 100] }),
  ...rows("other call", { hoglet: [20] }),
  exactRow("memory", "count", "count", 23),
];

test("a target is reached or not by how many times another row takes in the same round", () => {
  const compared = { row: ["call", "peer"], of: ["call", "hoglet"] } as const;
  expect(judge(ROWS, [{ ...compared, atLeast: 2.5 }])).toMatchObject([{ value: 2.5, isReached: true }]);
  expect(judge(ROWS, [{ ...compared, atLeast: 2.6 }])).toMatchObject([{ value: 2.5, isReached: false }]);
  expect(judge(ROWS, [{ ...compared, atMost: 2.5 }])).toMatchObject([{ value: 2.5, isReached: true }]);
  expect(judge(ROWS, [{ ...compared, atMost: 2.4 }])).toMatchObject([{ value: 2.5, isReached: false }]);
});

test("rows that were measured in different rounds are compared by their medians", () => {
  expect(judge(ROWS, [{ row: ["other call", "hoglet"], of: ["call", "hoglet"] }])).toMatchObject([{ value: 2 }]);
});

test("a target without another row is about the number itself", () => {
  expect(judge(ROWS, [{ row: ["memory", "count"], atLeast: 20 }])).toMatchObject([{ value: 23, isReached: true }]);
});

test("a comparison without bounds is no target", () => {
  const [verdict] = judge(ROWS, [{ row: ["call", "peer"], of: ["call", "hoglet"] }]);
  expect(verdict).toMatchObject({ value: 2.5 });
  expect(verdict).not.toHaveProperty("isReached");
});

test("what was not measured is not judged", () => {
  expect(judge(ROWS, [{ row: ["call", "nobody"], atLeast: 1 }])).toEqual([]);
  expect(judge(ROWS, [{ row: ["call", "peer"], of: ["call", "nobody"], atLeast: 1 }])).toEqual([]);
});

test("no row is compared twice: it has one line in the table", () => {
  const names = COMPARISONS.map((comparison) => keyOf(comparison.row));
  expect(names).toEqual([...new Set(names)]);
});
