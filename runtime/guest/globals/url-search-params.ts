import { Buffer } from "buffer";

/** Ties a URL to its `searchParams`: the URL's own query replaces the pairs, and a change of the pairs goes to the URL. */
export let linkSearchParams: (
  query: string,
  onChange: (query: string) => void,
) => { params: URLSearchParams; replace(query: string): void };

/** The WHATWG `URLSearchParams` class. */
export class URLSearchParams {
  #pairs: [string, string][];
  #onChange: ((query: string) => void) | undefined;

  static {
    linkSearchParams = (query, onChange) => {
      const params = new URLSearchParams(query);
      params.#onChange = onChange;
      return {
        params,
        replace(newQuery) {
          params.#pairs = parseQuery(newQuery);
        },
      };
    };
  }

  constructor(init?: unknown) {
    this.#pairs = toPairs(init);
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    this.#pairs.push([String(name), String(value)]);
    this.#changed();
  }

  delete(name: unknown, value?: unknown): void {
    this.#pairs = this.#pairs.filter(([n, v]) => n !== String(name) || (value !== undefined && v !== String(value)));
    this.#changed();
  }

  get(name: unknown): string | null {
    return this.#pairs.find(([n]) => n === String(name))?.[1] ?? null;
  }

  getAll(name: unknown): string[] {
    return this.#pairs.filter(([n]) => n === String(name)).map(([, v]) => v);
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#pairs.some(([n, v]) => n === String(name) && (value === undefined || v === String(value)));
  }

  set(name: unknown, value: unknown): void {
    const first = this.#pairs.findIndex(([n]) => n === String(name));
    if (first < 0) return this.append(name, value);
    this.#pairs = this.#pairs.filter(([n], i) => n !== String(name) || i === first);
    this.#pairs[first] = [String(name), String(value)];
    return this.#changed();
  }

  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, self?: unknown): void {
    for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, string]> {
    for (const [name, value] of this.#pairs) yield [name, value];
  }

  *keys(): Generator<string> {
    for (const [name] of this.#pairs) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this.#pairs) yield value;
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  }

  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }

  #changed(): void {
    this.#onChange?.(this.toString());
  }
}

function toPairs(init: unknown): [string, string][] {
  if (init === undefined || init === null) return [];
  if (typeof init !== "object") return parseQuery(String(init));
  const source = Symbol.iterator in init ? [...(init as Iterable<[unknown, unknown]>)] : Object.entries(init);
  return source.map(([name, value]) => [String(name), String(value)]);
}

function parseQuery(query: string): [string, string][] {
  return query
    .replace(/^\?/, "")
    .split("&")
    .filter(Boolean)
    .map((part) => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
}

/** application/x-www-form-urlencoded: everything but `*-._` and alphanumerics is percent-encoded, space is `+`. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, "+");
}

function decode(text: string): string {
  const spaced = text.replace(/\+/g, " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A percent sign that begins no byte stands for itself, and bytes that are not UTF-8 become replacement characters.
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString());
  }
}
