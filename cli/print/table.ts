import { stripVTControlCharacters } from "node:util";

const GAP = "  ";
const MAX_CELL = 60;

/** Rows under their heads, each column as wide as it has to be. What is long is cut, and control characters are taken out. */
export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [heads.map((head) => head.toUpperCase()), ...rows.map((row) => row.map(cellOf))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const plain = stripVTControlCharacters(text).replace(/\s+/g, " ");
  return plain.length > MAX_CELL ? `${plain.slice(0, MAX_CELL - 3)}...` : plain;
}
