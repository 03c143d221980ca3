import { MIN_ANYWHERE } from "./forms.ts";

/** A place in a text. */
export interface Place {
  index: number;
  length: number;
}

/** Characters of a form by which it is looked for: whether all of it is there is seen at that place. */
const MAX_PREFIX = 48;

/** Finds any of some texts in another, in one pass: the first in the text, and of those in one place the longest. */
export class Matcher {
  /** By the prefix that was found: the forms that may stand there, the longest first. */
  readonly #forms = new Map<string, string[]>();
  readonly #prefixes: string | undefined;

  constructor(forms: readonly string[]) {
    const longestFirst = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
    for (const form of longestFirst) {
      const prefix = form.slice(0, MAX_PREFIX);
      if (!this.#forms.has(prefix))
        this.#forms.set(
          prefix,
          longestFirst.filter((other) => prefix.startsWith(other.slice(0, MAX_PREFIX))),
        );
    }
    if (this.#forms.size > 0) this.#prefixes = [...this.#forms.keys()].map(escape).join("|");
  }

  /** Whether there is nothing to be found in any text. */
  get isEmpty(): boolean {
    return this.#prefixes === undefined;
  }

  /** The places where the texts are; they do not overlap. */
  *find(text: string): Generator<Place> {
    if (this.#prefixes === undefined) return;
    const prefixes = new RegExp(this.#prefixes, "g");
    for (let found = prefixes.exec(text); found; found = prefixes.exec(text)) {
      const { index } = found;
      const form = this.#forms.get(found[0])?.find((each) => stands(each, text, index));
      prefixes.lastIndex = index + (form?.length ?? 1);
      if (form !== undefined) yield { index, length: form.length };
    }
  }
}

/** A short text has to be a word of its own. */
function stands(form: string, text: string, index: number): boolean {
  if (!text.startsWith(form, index)) return false;
  if (form.length >= MIN_ANYWHERE) return true;
  return !isWord(text[index - 1]) && !isWord(text[index + form.length]);
}

const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
