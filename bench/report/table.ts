import { keyOf } from "./judge.ts";
import type { Verdict } from "./judge.ts";
import { formatNumber, formatRounded, formatSpread } from "./numbers.ts";
import type { Row } from "./row.ts";

interface Column {
  head: string;
  isNumber: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: "", isNumber: false },
  { head: "median", isNumber: true },
  { head: "p10 - p90", isNumber: true },
  { head: "ratio", isNumber: true },
  { head: "to", isNumber: false },
  { head: "target", isNumber: true },
  { head: "", isNumber: false },
];

/** The one table: a line for each row, with what it is compared with. */
export function formatTable(rows: readonly Row[], verdicts: readonly Verdict[]): string {
  const byRow = new Map(verdicts.map((verdict) => [keyOf(verdict.row), verdict]));
  const lines: string[][] = [COLUMNS.map(({ head }) => head)];
  let group = "";
  for (const row of rows) {
    if (row.group !== group) lines.push([(group = row.group)]);
    const { subject, spread, unit } = row;
    const verdict = byRow.get(keyOf([group, subject]));
    lines.push([`  ${subject}`, formatNumber(spread.median, unit), formatSpread(row), ...cellsOf(verdict)]);
  }
  return layOut(lines);
}

/** What was reached, in one line, and a line for each target that was not. */
export function formatSummary(verdicts: readonly Verdict[]): string {
  const targets = verdicts.filter(({ isReached }) => isReached !== undefined);
  const missed = targets.filter(({ isReached }) => !isReached);
  return [
    `${targets.length - missed.length} of ${targets.length} targets reached${missed.length > 0 ? "; not reached:" : "."}`,
    ...missed.map((verdict) => `  ${verdict.row.join(": ")}: ${formatValue(verdict)}, target ${goalOf(verdict)}`),
  ].join("\n");
}

function cellsOf(verdict: Verdict | undefined): string[] {
  if (!verdict) return [];
  const { row, of, isReached } = verdict;
  const other = of === undefined ? "" : of[0] === row[0] ? of[1] : of.join(": ");
  const outcome = isReached === undefined ? "" : isReached ? "reached" : "NOT REACHED";
  return [of ? formatValue(verdict) : "", other, goalOf(verdict), outcome];
}

const formatValue = ({ value, of }: Verdict): string => `${formatRounded(value)}${of ? "x" : ""}`;

function goalOf({ atLeast, atMost, of }: Verdict): string {
  const goal = atLeast === undefined ? (atMost === undefined ? "" : `<= ${atMost}`) : `>= ${atLeast}`;
  return goal && of ? `${goal}x` : goal;
}

/** Pads the cells; a line of one cell is a heading, which no column has to make room for. */
function layOut(lines: readonly (readonly string[])[]): string {
  const rows = lines.filter((line) => line.length > 1);
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((line) => line[i]?.length ?? 0)));
  const pad = (cell: string, i: number): string =>
    COLUMNS[i]?.isNumber ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return lines.map((line) => (line.length === 1 ? line : line.map(pad)).join("  ").trimEnd()).join("\n");
}
