import { type EncodedSourceMap, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A source map in its common, JSON form. */
export type SourceMap = EncodedSourceMap;

/** A place in the author's files. Lines and columns count from 1. */
export interface SourcePosition {
  file: string;
  line: number;
  column: number;
}

/** The file name that stack frames of compiled code are to carry. */
export const SCRIPT_NAME = "plugin.js";

const FRAME = /\bplugin\.js:(\d+)(?::(\d+))?/g;
const decoded = new WeakMap<SourceMap, TraceMap>();

/**
 * Where in the author's source a place in the compiled code comes from. Lines and columns count from 1, as in stack
 * frames; the column found is the start of the author's word or sign. Null for code that the author did not write.
 */
export function originalPosition(map: SourceMap, line: number, column: number): SourcePosition | null {
  if (line < 1 || column < 1) return null;
  const trace = decoded.get(map) ?? new TraceMap(map);
  decoded.set(map, trace);
  const found = originalPositionFor(trace, { line, column: column - 1 });
  return found.source === null ? null : { file: found.source, line: found.line, column: found.column + 1 };
}

/** The innermost place in the author's source that a stack of the engine names, or null. */
export function positionInStack(map: SourceMap, stack: string): SourcePosition | null {
  for (const frame of stack.matchAll(FRAME)) {
    const found = originalPosition(map, Number(frame[1]), Number(frame[2] ?? 1));
    if (found !== null) return found;
  }
  return null;
}

/** A stack of the engine with the author's files and places in it. Frames that the author did not write stay. */
export function originalStack(map: SourceMap, stack: string): string {
  return stack.replaceAll(FRAME, (frame, line: string, column: string | undefined) => {
    const found = originalPosition(map, Number(line), Number(column ?? 1));
    return found === null ? frame : `${found.file}:${found.line}:${found.column}`;
  });
}
