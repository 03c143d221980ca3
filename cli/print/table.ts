import stringWidth from "string-width";
import { plainText } from "./plain-text.ts";

const GAP = "  ";
/** Columns of a terminal that a cell takes at the most. */
const MAX_CELL = 60;
/** What a cell is cut down to at the most where a table has to fit. */
const MIN_CELL = 8;
const CUT = "...";
/** What goes below a row rather than being cut, from so many columns of a terminal on. */
const MIN_BELOW = 24;
const INDENT = "    ";
/** What is of no use in parts. */
const WHOLE = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ|-?[\d.]+)$/;

/**
 * Rows under their heads, each column as wide as it has to be. What is long is cut, and control characters are taken out.
 * @param columns those of the terminal, undefined when it goes elsewhere: where the table does not fit into them, what is longest goes below
 * each row, on a line of its own
 */
export function table(
  heads: readonly string[],
  rows: readonly (readonly unknown[])[],
  columns: number | undefined,
): string[] {
  const lines = [heads.map((head) => head.toUpperCase()), ...rows.map((row) => row.map(textOf))];
  const natural = heads.map((_, at) => ({
    width: Math.max(...lines.map((line) => Math.min(stringWidth(line[at] ?? ""), MAX_CELL))),
    isWhole: lines.slice(1).every((line) => line[at] === "-" || WHOLE.test(line[at] ?? "")),
  }));
  const longest = natural.reduce((widest, { width, isWhole }) => (isWhole ? widest : Math.max(widest, width)), 0);
  if (columns === undefined || widthOf(natural) <= columns || longest < MIN_BELOW)
    return aligned(lines, fitted(natural, columns));

  const below = natural.findIndex(({ width, isWhole }) => !isWhole && width === longest);
  const without = <Item>(items: readonly Item[]): Item[] => items.filter((_, at) => at !== below);
  return aligned(lines.map(without), fitted(without(natural), columns)).flatMap((line, row) => {
    const text = lines[row]?.[below] ?? "-";
    return text === "-" ? [line] : [line, INDENT + cut(text, columns - INDENT.length)];
  });
}

function aligned(lines: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return lines.map((line) =>
    line
      .map((text, at) => cut(text, widths[at] ?? 0))
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - stringWidth(cell)))
      .join(GAP)
      .trimEnd(),
  );
}

const widthOf = (columns: readonly { width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));

/** The widths with which columns fit, as far as they do: the widest gives way first. */
function fitted(natural: readonly { width: number; isWhole: boolean }[], columns: number | undefined): number[] {
  const widths = natural.map(({ width }) => width);
  if (columns === undefined) return widths;
  let over = widthOf(natural) - columns;
  const canGive = (at: number): boolean => !natural[at]?.isWhole && (widths[at] ?? 0) > MIN_CELL;
  for (; over > 0; over--) {
    const widest = Math.max(...widths.filter((_, at) => canGive(at)));
    const at = widths.findIndex((width, index) => width === widest && canGive(index));
    if (at < 0) break;
    widths[at] = widest - 1;
  }
  return widths;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return plainText(shortened(value).replace(/\s+/g, " "));
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return textOf(value.join(", "));
  return plainText(JSON.stringify(value));
}

/** Times to the second, and of hashes as much as tells them apart. */
function shortened(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return `${text.slice(0, 10)} ${text.slice(11, 19)}Z`;
  return /^[0-9a-f]{40,64}$/.test(text) ? text.slice(0, 12) : text;
}

/** Cuts between characters as a reader sees them, some of which take two columns. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - CUT.length) break;
    kept += segment;
  }
  return kept + CUT;
}
