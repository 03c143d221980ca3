/** Thrown out of a parser that asks more of a source text than ordinary code needs. */
export class SourceLimitError extends Error {
  override readonly name = "SourceLimitError";
}

/** Names and import paths are repeated in the output at each use. */
const MAX_NAME = 200;

const NAME_START = /[\p{ID_Start}$_]/u;

/**
 * A source text that can be read only so often. sucrase works through some nested constructs twice at every
 * level: a line of `(x=(x=(x=...)=>1)=>1)=>1` or of `class A{a=class A{a=...}}` would keep it busy for hours. No
 * clock runs during computation in a Worker, so reads are what can be counted. The parser takes characters with
 * `charCodeAt` and tokens with `slice`, fewer than 5 of both per character in ordinary code.
 */
class MeteredSource extends String {
  #left: number;

  constructor(source: string, reads: number) {
    super(source);
    this.#left = reads;
  }

  override charCodeAt(index: number): number {
    this.#spend();
    return super.charCodeAt(index);
  }

  override slice(start = 0, end = this.length): string {
    this.#spend();
    const text = super.slice(start, end);
    if (text.length > MAX_NAME && this.#isName(start, text))
      throw new SourceLimitError(`has a name longer than ${MAX_NAME} characters; shorten it`);
    return text;
  }

  #spend(): void {
    if (--this.#left < 0) throw new SourceLimitError("is nested too deeply to be compiled; simplify it");
  }

  /** Whether a token is an identifier or the inside of quotes, which is taken alone only where it names something. */
  #isName(start: number, text: string): boolean {
    const before = super.charAt(start - 1);
    if (before === "'" || before === '"') return true;
    return before !== "`" && before !== "}" && NAME_START.test(text.slice(0, 1));
  }
}

/** The source as a string that throws SourceLimitError at the first read beyond `reads`. */
export function meteredSource(source: string, reads: number): string {
  return new MeteredSource(source, reads) as unknown as string;
}
