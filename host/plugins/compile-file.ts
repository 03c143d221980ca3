import { transform } from "sucrase";
import { codeFrame } from "./code-frame.ts";
import { PluginSyntaxError } from "./errors.ts";
import { meteredSource, SourceLimitError } from "./metered-source.ts";
import { SCRIPT_NAME, type SourceMap } from "./source-position.ts";

/** One file as CommonJS. Every line of `code` holds what the same line of the source held. */
export interface CompiledFile {
  code: string;
  map: SourceMap;
}

const READS_PER_CHARACTER = 12;
const STRICT = '"use strict";';

/**
 * Compiles one file to CommonJS JavaScript that runs in sloppy mode, as many plugins assign undeclared variables; a
 * file that says "use strict" itself stays strict. Whatever its extension the file may contain TypeScript, but no JSX;
 * imports that are unused or used as types only vanish. A default import is the module's `default`, a namespace
 * import the module itself. Throws PluginSyntaxError.
 */
export function compileFile(file: string, source: string): CompiledFile {
  // A hash-bang line is hidden in place, so that no line or column moves.
  const readable = source.replace(/^#!/, "//");
  const { code, mappings } = parse(file, readable);
  return {
    code: startsWithUseStrict(readable) ? code : code.replace(STRICT, " ".repeat(STRICT.length)),
    map: { version: 3, names: [], sources: [file], mappings },
  };
}

function parse(file: string, source: string): { code: string; mappings: string } {
  try {
    const { code, sourceMap } = transform(meteredSource(source, 5000 + source.length * READS_PER_CHARACTER), {
      transforms: ["typescript", "imports"],
      disableESTransforms: true,
      enableLegacyTypeScriptModuleInterop: true,
      filePath: file,
      sourceMapOptions: { compiledFilename: SCRIPT_NAME },
    });
    return { code, mappings: sourceMap?.mappings ?? "" };
  } catch (error) {
    throw syntaxError(file, source, error);
  }
}

const BLANK = /\s+|\/\/.*|\/\*[^]*?\*\//y;
const DIRECTIVE = /(["'])((?:(?!\1)[^\\\n]|\\.){0,200})\1[^\S\n]*(?:;|(?=\n|\}|$|\/\/|\/\*))/y;

/** Whether "use strict" is among the directives that a source begins with. */
function startsWithUseStrict(source: string): boolean {
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    DIRECTIVE.lastIndex = at;
    const directive = DIRECTIVE.exec(source);
    if (directive?.[2] === "use strict") return true;
    if (directive === null && !BLANK.test(source)) return false;
    at = directive === null ? BLANK.lastIndex : DIRECTIVE.lastIndex;
  }
}

function syntaxError(file: string, source: string, error: unknown): PluginSyntaxError {
  if (error instanceof RangeError)
    return new PluginSyntaxError(file, "is nested too deeply to be compiled; simplify it", null);
  const { message, pos } = error as Error & { pos?: number };
  const reason = message.replace(`Error transforming ${file}: `, "").replace(/ \(\d+:\d+\)$/, "");
  if (error instanceof SourceLimitError || pos === undefined) return new PluginSyntaxError(file, reason, null);
  const before = source.slice(0, pos).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new PluginSyntaxError(file, reason, {
    line,
    column,
    frame: codeFrame(source, line, column),
  });
}
