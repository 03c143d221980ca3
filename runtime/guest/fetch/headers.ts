/** The WHATWG `Headers` class, with node-fetch 2's `raw()`. */
export class Headers {
  readonly #lists = new Map<string, string[]>();

  constructor(init?: unknown) {
    for (const [name, value] of headerPairs(init)) this.append(name, value);
  }

  append(name: unknown, value: unknown): void {
    const key = validName(name);
    const list = this.#lists.get(key);
    if (list) list.push(validValue(value));
    else this.#lists.set(key, [validValue(value)]);
  }

  delete(name: unknown): void {
    this.#lists.delete(validName(name));
  }

  get(name: unknown): string | null {
    return this.#lists.get(validName(name))?.join(", ") ?? null;
  }

  has(name: unknown): boolean {
    return this.#lists.has(validName(name));
  }

  set(name: unknown, value: unknown): void {
    this.#lists.set(validName(name), [validValue(value)]);
  }

  getSetCookie(): string[] {
    return [...(this.#lists.get("set-cookie") ?? [])];
  }

  raw(): Record<string, string[]> {
    return Object.fromEntries([...this.#lists].map(([name, values]) => [name, [...values]]));
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this.entries()) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, string]> {
    for (const name of [...this.#lists.keys()].sort()) yield [name, this.get(name) ?? ""];
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

/** The name-value pairs of whatever a plugin passes as headers, as it wrote them. */
export function headerPairs(init: unknown): [unknown, unknown][] {
  if (init === undefined || init === null) return [];
  const isIterable = typeof init === "object" && Symbol.iterator in init;
  return isIterable ? [...(init as Iterable<[unknown, unknown]>)] : Object.entries(init);
}

function validName(name: unknown): string {
  const text = String(name);
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text)) throw new TypeError(`${text} is not a legal HTTP header name`);
  return text.toLowerCase();
}

function validValue(value: unknown): string {
  const text = String(value).replace(/^[\t ]+|[\t ]+$/g, "");
  if (/[\0\r\n]/.test(text)) throw new TypeError(`${JSON.stringify(text)} is not a legal HTTP header value`);
  return text;
}
