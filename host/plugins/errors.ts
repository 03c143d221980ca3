/** One thing that is wrong with a plugin: where it is, the rule it breaks and how to mend it. */
export interface Problem {
  /** A place such as `config[2].type` or `src/index.ts`. */
  path: string;
  message: string;
}

/** A plugin that cannot be installed or run because of how it was written. Its message is for the author. */
export class InvalidPluginError extends Error {
  override readonly name: string = "InvalidPluginError";
  readonly problems: readonly Problem[];

  /** `subject` says what is wrong as a whole; without it the only problem speaks for itself. */
  constructor(problems: readonly Problem[], subject?: string) {
    const lines = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    super(subject === undefined ? lines.join("\n") : [subject, ...lines].join("\n  "));
    this.problems = problems;
  }
}

/** Code that cannot be parsed, or imports what no plugin can have. The message ends with a code frame of the author's own source. */
export class PluginSyntaxError extends InvalidPluginError {
  override readonly name = "PluginSyntaxError";
  readonly file: string;
  /** From 1; null when the parser does not say where. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  readonly frame: string | null;

  constructor(file: string, reason: string, at: { line: number; column: number; frame: string } | null) {
    const place = at === null ? "" : ` (${at.line}:${at.column})\n\n${at.frame}`;
    super([{ path: file, message: `${reason}${place}` }]);
    this.file = file;
    this.line = at?.line ?? null;
    this.column = at?.column ?? null;
    this.frame = at?.frame ?? null;
  }
}
