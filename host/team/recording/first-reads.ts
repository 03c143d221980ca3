import type { Json, JsonObject } from "../../event.ts";

/** What was there before a call: told by the first answer about each key. */
export class FirstReads {
  readonly #kind: string;
  readonly #values = new Map<string, Json>();
  readonly #touched = new Set<string>();
  readonly #inPart = new Set<string>();

  /** @param kind `storage` or `cache`, for messages */
  constructor(kind: string) {
    this.#kind = kind;
  }

  /** A key is read or written. @returns whether what it had before is not known yet */
  touch(key: string): boolean {
    const isFirst = !this.#touched.has(key) || this.#inPart.has(key);
    this.#touched.add(key);
    return isFirst;
  }

  /** A value as it is stored; undefined for none. */
  text(key: string, json: string | undefined): void {
    if (json === undefined) return;
    const value = parsed(json);
    if (value === undefined || JSON.stringify(value) !== json) this.#inPart.add(key);
    this.#values.set(key, value ?? json);
  }

  /** A number that is counted up; there may have been none where it was nought. */
  number(key: string, value: number): void {
    if (value !== 0) this.#values.set(key, value);
  }

  exists(key: string, isThere: boolean): void {
    if (!isThere) return;
    this.#values.set(key, null);
    this.#inPart.add(key);
  }

  length(key: string, length: number): void {
    if (length > 0) this.list(key, Array<string>(Math.min(length, MAX_FILLED)).fill(""), false);
  }

  list(key: string, elements: readonly string[], isWhole: boolean): void {
    if (isWhole) this.#inPart.delete(key);
    else this.#inPart.add(key);
    if (elements.length > 0) this.#values.set(key, [...elements]);
  }

  /** What an earlier call of the same sandbox has read or written is as that call left it. */
  after(earlier: FirstReads): FirstReads {
    const all = new FirstReads(this.#kind);
    for (const reads of [earlier, this]) {
      for (const [key, value] of reads.#values)
        if (reads === earlier || !earlier.#touched.has(key)) all.#values.set(key, value);
      for (const key of reads.#inPart) all.#inPart.add(key);
      for (const key of reads.#touched) all.#touched.add(key);
    }
    for (const [key, value] of this.#values)
      if (earlier.#touched.has(key) && JSON.stringify(value) !== JSON.stringify(earlier.#values.get(key)))
        all.#inPart.add(key);
    return all;
  }

  get values(): JsonObject {
    return Object.fromEntries(this.#values);
  }

  /** Keys of which a case does not say all. */
  get missing(): string[] {
    return [...this.#inPart].map((key) => `what meta.${this.#kind} had as ${key.slice(0, 200)} is known in part`);
  }
}

/** Elements of a list of which no more is known than how many there are. */
const MAX_FILLED = 10_000;

function parsed(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}
