import { toBytes } from "./bytes.ts";

/** A Blob's bytes, not copied. */
export let blobBytes: (blob: Blob) => Uint8Array;

/** The WHATWG `Blob` class, for the files of a FormData. */
export class Blob {
  readonly #bytes: Uint8Array;
  readonly type: string;

  static {
    blobBytes = (blob) => blob.#bytes;
  }

  constructor(parts: unknown[] = [], options: { type?: string } = {}) {
    const chunks = parts.map((part) => (part instanceof Blob ? part.#bytes : toBytes(part)));
    this.#bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      this.#bytes.set(chunk, offset);
      offset += chunk.length;
    }
    this.type = String(options.type ?? "").toLowerCase();
  }

  get size(): number {
    return this.#bytes.length;
  }

  slice(start?: number, end?: number, type = ""): Blob {
    return new Blob([this.#bytes.slice(start, end)], { type });
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer as ArrayBuffer;
  }

  async bytes(): Promise<Uint8Array> {
    return this.#bytes.slice();
  }
}

export interface FormEntry {
  name: string;
  value: string | Blob;
  filename: string | undefined;
}

/** The entries of a FormData as they go to the host. */
export let formEntries: (form: FormData) => FormEntry[];

/** The WHATWG `FormData` class. */
export class FormData {
  #entries: FormEntry[] = [];

  static {
    formEntries = (form) => form.#entries;
  }

  append(name: unknown, value: unknown, filename?: unknown): void {
    this.#entries.push(makeEntry(name, value, filename));
  }

  delete(name: unknown): void {
    this.#entries = this.#entries.filter((entry) => entry.name !== String(name));
  }

  get(name: unknown): string | Blob | null {
    return this.#entries.find((entry) => entry.name === String(name))?.value ?? null;
  }

  getAll(name: unknown): (string | Blob)[] {
    return this.#entries.filter((entry) => entry.name === String(name)).map((entry) => entry.value);
  }

  has(name: unknown): boolean {
    return this.#entries.some((entry) => entry.name === String(name));
  }

  set(name: unknown, value: unknown, filename?: unknown): void {
    const first = this.#entries.findIndex((entry) => entry.name === String(name));
    if (first < 0) return this.append(name, value, filename);
    this.#entries = this.#entries.filter((entry, i) => entry.name !== String(name) || i === first);
    this.#entries[first] = makeEntry(name, value, filename);
    return undefined;
  }

  *entries(): Generator<[string, string | Blob]> {
    for (const { name, value } of this.#entries) yield [name, value];
  }

  *keys(): Generator<string> {
    for (const { name } of this.#entries) yield name;
  }

  *values(): Generator<string | Blob> {
    for (const { value } of this.#entries) yield value;
  }

  [Symbol.iterator](): Generator<[string, string | Blob]> {
    return this.entries();
  }

  forEach(callback: (value: string | Blob, name: string, form: FormData) => void, self?: unknown): void {
    for (const { name, value } of this.#entries) callback.call(self, value, name, this);
  }
}

function makeEntry(name: unknown, value: unknown, filename: unknown): FormEntry {
  const isBlob = value instanceof Blob;
  return {
    name: String(name),
    value: isBlob ? value : String(value),
    filename: isBlob ? String(filename ?? "blob") : undefined,
  };
}
