import { MIN_ANYWHERE } from "./forms.ts";

/** A place in a text. */
export interface Place {
  index: number;
  length: number;
}

interface Form {
  /** Its first characters. */
  head: string;
  length: number;
}

/** Characters that are compared: a text with as many of a secret in it has it all. */
const MAX_HEAD = 256;
/** Forms that begin alike and are told from each other. Where there are more, whatever begins like them is taken for the longest. */
const MAX_ALIKE = 16;

/**
 * Finds any of some texts in another, in one pass: the first in the text, and of those in one place the longest. What a character of the
 * text costs does not depend on how many texts are looked for, nor on how long or how alike they are: a tenant chooses both sides.
 */
export class Matcher {
  /** By their first six characters, or what there is: forms that begin alike, the longest first. */
  readonly #byStart = new Map<string, Form[]>();
  readonly #startLengths: number[];
  /** Whether anything begins with two characters: by their hash. */
  readonly #begins = new Uint8Array(HASHES);

  constructor(forms: readonly string[]) {
    const longestFirst = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
    for (const form of longestFirst) {
      const start = form.slice(0, MIN_ANYWHERE);
      const alike = this.#byStart.get(start) ?? [];
      alike.push({ head: form.slice(0, MAX_HEAD), length: form.length });
      this.#byStart.set(start, alike);
      this.#begins[hashAt(form, 0)] = 1;
    }
    this.#startLengths = [...new Set([...this.#byStart.keys()].map(({ length }) => length))].toSorted((a, b) => b - a);
  }

  /** Whether there is nothing to be found in any text. */
  get isEmpty(): boolean {
    return this.#byStart.size === 0;
  }

  /** The places where the texts are; they do not overlap. */
  find(text: string): Place[] {
    const places: Place[] = [];
    if (this.isEmpty) return places;
    const begins = this.#begins;
    for (let index = 0; index < text.length; index++) {
      if (begins[hashAt(text, index)] === 0) continue;
      const length = this.#lengthAt(text, index);
      if (length === 0) continue;
      places.push({ index, length });
      index += length - 1;
    }
    return places;
  }

  /** How long the form is that stands somewhere in a text; 0 for none. */
  #lengthAt(text: string, index: number): number {
    for (const startLength of this.#startLengths) {
      const alike = this.#byStart.get(text.slice(index, index + startLength));
      const found =
        alike && (alike.length > MAX_ALIKE ? alike[0] : alike.find(({ head }) => stands(head, text, index)));
      if (found) return Math.min(found.length, text.length - index);
    }
    return 0;
  }
}

const HASHES = 0x1_0000;

const hashAt = (text: string, index: number): number =>
  (text.charCodeAt(index) ^ (text.charCodeAt(index + 1) << 7)) & (HASHES - 1);

/** A short text has to be a word of its own. */
function stands(form: string, text: string, index: number): boolean {
  if (!text.startsWith(form, index)) return false;
  if (form.length >= MIN_ANYWHERE) return true;
  return !isWord(text[index - 1]) && !isWord(text[index + form.length]);
}

const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
