import { GuestString, GuestTypeError, GuestUint8Array } from "../primordials.ts";
import { bytesOf, isBufferSource } from "../globals/buffer-source.ts";
import { decodeUtf8, encodeUtf8 } from "../globals/text-encoding.ts";

/** A Blob's bytes, not copied. */
export let blobBytes: (blob: Blob) => Uint8Array;

/** The WHATWG `Blob` class. */
export class Blob {
  readonly #bytes: Uint8Array;
  readonly #type: string;

  static {
    blobBytes = (blob) => blob.#bytes;
  }

  constructor(parts: unknown = [], options: { type?: unknown } = {}) {
    if (typeof parts !== "object" || parts === null || !(Symbol.iterator in parts))
      throw new GuestTypeError("a Blob is made of a list of parts");
    this.#bytes = concat([...(parts as Iterable<unknown>)].map(partBytes));
    this.#type = mimeType(options.type);
  }

  get size(): number {
    return this.#bytes.length;
  }

  get type(): string {
    return this.#type;
  }

  slice(start?: number, end?: number, type: unknown = ""): Blob {
    return new Blob([this.#bytes.subarray(start, end)], { type });
  }

  async text(): Promise<string> {
    return decodeUtf8(this.#bytes);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new GuestUint8Array(this.#bytes).buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return new GuestUint8Array(this.#bytes);
  }

  get [Symbol.toStringTag](): string {
    return "Blob";
  }
}

/** The WHATWG `File` class. */
export class File extends Blob {
  readonly #name: string;
  readonly #lastModified: number;

  constructor(parts: unknown, name: unknown, options: { type?: unknown; lastModified?: unknown } = {}) {
    super(parts, options);
    this.#name = GuestString(name);
    this.#lastModified = options.lastModified === undefined ? Date.now() : Number(options.lastModified) || 0;
  }

  get name(): string {
    return this.#name;
  }

  get lastModified(): number {
    return this.#lastModified;
  }

  override get [Symbol.toStringTag](): string {
    return "File";
  }
}

function partBytes(part: unknown): Uint8Array {
  if (part instanceof Blob) return blobBytes(part);
  return isBufferSource(part) ? bytesOf(part) : encodeUtf8(GuestString(part));
}

function mimeType(type: unknown = ""): string {
  const text = GuestString(type);
  return /[^ -~]/.test(text) ? "" : text.toLowerCase();
}

/** The bytes of all chunks, one after another, in a memory of their own. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new GuestUint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
