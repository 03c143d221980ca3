const CONTEXT_LINES = 2;
const MAX_WIDTH = 120;

/**
 * The lines around a place in a source, with a caret under the place. `line` and `column` count from 1.
 * Lines end at LF, as they do for the engine and in source maps. Long lines are cut to a window around the
 * column, so that a minified file gives a readable frame too.
 */
export function codeFrame(source: string, line: number, column: number): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(lines.length, line + CONTEXT_LINES);
  const gutter = String(last).length;
  const cut = column <= MAX_WIDTH ? 0 : column - 1 - MAX_WIDTH / 2;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const shown = (lines[number - 1] ?? "").slice(cut, cut + MAX_WIDTH);
    const mark = number === line ? ">" : " ";
    frame.push(`${mark} ${String(number).padStart(gutter)} | ${shown}`.trimEnd());
    if (number !== line) continue;
    const indent = shown
      .slice(0, column - 1 - cut)
      .replaceAll(/[^\t]/g, " ")
      .padEnd(column - 1 - cut);
    frame.push(`  ${" ".repeat(gutter)} | ${indent}^`);
  }
  return frame.join("\n");
}
