import { expect, test } from "vitest";

import { judge } from "../../bench/report/judge.ts";
import { formatNumber, formatRounded } from "../../bench/report/numbers.ts";
import { formatSummary, formatTable } from "../../bench/report/table.ts";
import { exactRow } from "../../bench/report/row.ts";
import { rows } from "./row.ts";

const ROWS = [
  ...rows("call hello-world", { hoglet: [11, 12.34, 20], peer: [1234, 1234, 1234] }),
  exactRow("memory", "sandboxes", "count", 19),
];
const VERDICTS = judge(ROWS, [
  { row: ["call hello-world", "peer"], of: ["call hello-world", "hoglet"], atLeast: 8 },
  { row: ["memory", "sandboxes"], atLeast: 20 },
]);

test("the table has a line for each row, under its group", () => {
  expect(`\n${formatTable(ROWS, VERDICTS)}\n`).toBe(`
              median          p10 - p90  ratio  to      target
call hello-world
  hoglet     12.3 us  11.3 us - 18.5 us
  peer       1.23 ms                      100x  hoglet   >= 8x  reached
memory
  sandboxes       19                                     >= 20  NOT REACHED
`);
});

test("the summary counts, and names what was not reached", () => {
  expect(formatSummary(VERDICTS)).toBe("1 of 2 targets reached; not reached:\n  memory: sandboxes: 19.0, target >= 20");
  expect(formatSummary(VERDICTS.slice(0, 1))).toBe("1 of 1 targets reached.");
});

test.each([
  [0.001, "0.00"],
  [0.514, "0.51"],
  [5.146, "5.15"],
  [51.46, "51.5"],
  [514.6, "515"],
  [5146, "5146"],
])("%d is rounded to %s", (value, text) => {
  expect(formatRounded(value)).toBe(text);
});

test("units", () => {
  expect(formatNumber(999, "us")).toBe("999 us");
  expect(formatNumber(1000, "us")).toBe("1.00 ms");
  expect(formatNumber(2112, "KiB")).toBe("2112 KiB");
  expect(formatNumber(23, "count")).toBe("23");
});
