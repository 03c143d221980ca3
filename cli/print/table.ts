import stringWidth from "string-width";
import { plainText } from "./plain-text.ts";

const GAP = "  ";
/** Columns of a terminal that a cell takes at the most. */
const MAX_CELL = 60;
const CUT = "...";

/** Rows under their heads, each column as wide as it has to be. What is long is cut, and control characters are taken out. */
export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [heads.map((head) => head.toUpperCase()), ...rows.map((row) => row.map(cellOf))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ""))));
  return cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join(GAP)
      .trimEnd(),
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return cut(plainText(text.replace(/\s+/g, " ")));
}

/** Cuts between characters as a reader sees them, some of which take two columns. */
function cut(text: string): string {
  if (stringWidth(text) <= MAX_CELL) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > MAX_CELL - CUT.length) break;
    kept += segment;
  }
  return kept + CUT;
}
