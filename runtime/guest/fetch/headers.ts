import { GuestString, GuestTypeError, entries, fromEntries, stringify } from "../primordials.ts";

interface Header {
  /** As it was first written. */
  name: string;
  values: string[];
}

/** A Headers' pairs as they were written: names keep their case, values of one name stand together. */
export let writtenPairs: (headers: Headers) => [string, string][];

/** The WHATWG `Headers` class, with node-fetch 2's `raw()`. */
export class Headers {
  readonly #headers = new Map<string, Header>();

  static {
    writtenPairs = (headers) =>
      [...headers.#headers.values()].flatMap(({ name, values }) =>
        values.map((value): [string, string] => [name, value]),
      );
  }

  constructor(init?: unknown) {
    for (const [name, value] of headerPairs(init)) this.append(name, value);
  }

  append(name: unknown, value: unknown): void {
    const written = validName(name);
    const known = this.#headers.get(written.toLowerCase());
    if (known) known.values.push(validValue(value));
    else this.#headers.set(written.toLowerCase(), { name: written, values: [validValue(value)] });
  }

  delete(name: unknown): void {
    this.#headers.delete(validName(name).toLowerCase());
  }

  get(name: unknown): string | null {
    return this.#headers.get(validName(name).toLowerCase())?.values.join(", ") ?? null;
  }

  has(name: unknown): boolean {
    return this.#headers.has(validName(name).toLowerCase());
  }

  set(name: unknown, value: unknown): void {
    const written = validName(name);
    const known = this.#headers.get(written.toLowerCase());
    this.#headers.set(written.toLowerCase(), { name: known?.name ?? written, values: [validValue(value)] });
  }

  getSetCookie(): string[] {
    return [...(this.#headers.get("set-cookie")?.values ?? [])];
  }

  /** Every value of every name, as node-fetch 2 has it. */
  raw(): Record<string, string[]> {
    return fromEntries([...this.#headers].map(([name, { values }]) => [name, [...values]]));
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this.entries()) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, string]> {
    for (const [name, { values }] of [...this.#headers].sort(([a], [b]) => (a < b ? -1 : 1)))
      // Cookies have commas of their own.
      for (const value of name === "set-cookie" ? values : [values.join(", ")]) yield [name, value];
  }

  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }
}

/** The name-value pairs of whatever a plugin passes as headers. */
function headerPairs(init: unknown): readonly (readonly [unknown, unknown])[] {
  if (init === undefined || init === null) return [];
  if (init instanceof Headers) return writtenPairs(init);
  if (typeof init !== "object") throw new GuestTypeError("headers are an object or a list of pairs");
  if (!(Symbol.iterator in init)) return entries(init);
  return [...(init as Iterable<unknown>)].map((pair) => {
    const both = typeof pair === "object" && pair !== null ? [...(pair as Iterable<unknown>)] : [];
    if (both.length !== 2) throw new GuestTypeError("each header is a pair of a name and a value");
    return both as [unknown, unknown];
  });
}

function validName(name: unknown): string {
  const text = GuestString(name);
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text)) throw new GuestTypeError(`${text} is not a legal HTTP header name`);
  return text;
}

function validValue(value: unknown): string {
  const text = GuestString(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  if (/[\0\r\n]|[^\0-\xff]/.test(text)) throw new GuestTypeError(`${stringify(text)} is not a legal HTTP header value`);
  return text;
}
