import { GuestString } from "../primordials.ts";
import { Blob, File, blobBytes } from "./blob.ts";

export interface FormEntry {
  name: string;
  value: string | File;
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

  get(name: unknown): string | File | null {
    return this.#entries.find((entry) => entry.name === String(name))?.value ?? null;
  }

  getAll(name: unknown): (string | File)[] {
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

  *entries(): Generator<[string, string | File]> {
    for (const { name, value } of this.#entries) yield [name, value];
  }

  *keys(): Generator<string> {
    for (const { name } of this.#entries) yield name;
  }

  *values(): Generator<string | File> {
    for (const { value } of this.#entries) yield value;
  }

  [Symbol.iterator](): Generator<[string, string | File]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "FormData";
  }

  forEach(callback: (value: string | File, name: string, form: FormData) => void, self?: unknown): void {
    for (const { name, value } of this.#entries) callback.call(self, value, name, this);
  }
}

function makeEntry(name: unknown, value: unknown, filename: unknown): FormEntry {
  return { name: toScalar(name), value: value instanceof Blob ? toFile(value, filename) : toScalar(value) };
}

/** A Blob in a form is a file, called `blob` unless it is called otherwise. */
function toFile(blob: Blob, filename: unknown): File {
  if (blob instanceof File && filename === undefined) return blob;
  const name = filename === undefined ? "blob" : toScalar(filename);
  return new File(
    [blobBytes(blob)],
    name,
    blob instanceof File ? { type: blob.type, lastModified: blob.lastModified } : { type: blob.type },
  );
}

/** Halves of surrogate pairs have no place in a form. */
const toScalar = (value: unknown): string => GuestString(value).toWellFormed();
