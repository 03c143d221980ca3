import { codeFrame } from "./code-frame.ts";
import { originalPosition, SCRIPT_NAME, type SourceMap, type SourcePosition } from "./source-position.ts";

const FRAME = new RegExp(`^\\s*at (?:(.*?) \\()?${SCRIPT_NAME.replace(".", "\\.")}:(\\d+)(?::(\\d+))?\\)?$`);

/** A stack in terms of the author's own files. */
export interface ExplainedStack {
  /** Where it happened; null when that is nowhere in the author's code. */
  at: SourcePosition | null;
  /** The lines around that place, with a caret under it; empty without a place. */
  frame: string;
  /** The author's functions on the stack, innermost first: `at processEvent (index.ts:3:5)`, or `... 148 more` of the line before. */
  lines: string[];
}

/** The source that compiled code came from. */
interface Compiled {
  compiled: { map: SourceMap };
  /** The text of one of the author's files; undefined for one that is none. */
  source(path: string): string | undefined;
}

/** Follows a guest's stack back to the author's source. */
export function explainStack({ compiled, source }: Compiled, stack: string): ExplainedStack {
  const frames = stack.split("\n").flatMap((line) => {
    const [, name, row, column] = FRAME.exec(line) ?? [];
    const position = row === undefined ? null : originalPosition(compiled.map, Number(row), Number(column ?? 1));
    return position ? [{ name, position }] : [];
  });
  const at = frames[0]?.position ?? null;
  const text = at && source(at.file);
  return {
    at,
    frame: at && text ? codeFrame(text, at.line, at.column) : "",
    lines: collapsed(
      frames.map(({ name, position }) => (name ? `at ${name} (${placeOf(position)})` : `at ${placeOf(position)}`)),
    ),
  };
}

/** Lines of which the same follow each other, as those of a function that calls itself do, said once. */
function collapsed(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i] ?? "";
    let end = i + 1;
    while (lines[end] === line) end++;
    result.push(line);
    if (end - i > 2) result.push(`... ${end - i - 1} more`);
    else if (end - i === 2) result.push(line);
    i = end;
  }
  return result;
}

/** `file:line:column`, as terminals and editors make links of. */
export const placeOf = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`;
