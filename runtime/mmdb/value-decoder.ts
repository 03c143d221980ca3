import { MmdbError } from "./mmdb-error.ts";
import { bigintJson, bytesJson, numberJson, textJson } from "../shared/record-json.ts";

const POINTER = 1;
const TEXT = 2;
const DOUBLE = 3;
const BYTES = 4;
const UINT16 = 5;
const UINT32 = 6;
const MAP = 7;
const INT32 = 8;
const UINT64 = 9;
const UINT128 = 10;
const ARRAY = 11;
const BOOLEAN = 14;
const FLOAT = 15;

/** What is added to a pointer of each length, so that no two lengths point to the same place. */
const POINTER_BASE = [0, 2048, 526_336, 0];
const MAX_LEVELS = 64;
/** Values, and bytes of texts, of one record. Those of GeoIP2 have a few thousand. */
const MAX_WORK = 200_000;

/**
 * Decodes values of a database's data section into JSON. A file may be made so that a record of a few bytes unfolds without end:
 * pointers may lead to the same place many times, or in a circle, and sizes may be lies. So what is decoded is counted and bounded,
 * which mmdb-lib does not do.
 */
export class ValueDecoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  readonly #text = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  #at = 0;
  #levels = 0;
  #work = 0;

  /** @param base where the data section begins, from which pointers count */
  constructor(bytes: Uint8Array, base: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#base = base;
  }

  /** How much the last value took: values, and bytes of texts. */
  get work(): number {
    return this.#work;
  }

  /**
   * The value at a place, as JSON (see record-json.ts).
   * @throws {MmdbError} when there is none, or it is too large
   */
  decode(offset: number): string {
    this.#levels = 0;
    this.#work = 0;
    return this.#valueAt(offset);
  }

  /** Leaves the place behind the value. */
  #valueAt(offset: number): string {
    if (++this.#levels > MAX_LEVELS) throw new MmdbError(`a value is nested more than ${MAX_LEVELS} levels deep`);
    this.#spend(1);
    this.#at = offset;
    const control = this.#uint(1);
    const json = control >> 5 === POINTER ? this.#pointedTo(control) : this.#valueOf(this.#typeOf(control), control);
    this.#levels--;
    return json;
  }

  #pointedTo(control: number): string {
    const length = (control >> 3) & 3;
    const high = length === 3 ? 0 : (control & 7) * 2 ** (8 * (length + 1));
    const pointer = this.#base + (POINTER_BASE[length] ?? 0) + high + this.#uint(length + 1);
    const after = this.#at;
    const json = this.#valueAt(pointer);
    this.#at = after;
    return json;
  }

  #typeOf(control: number): number {
    if (control >> 5 > 0) return control >> 5;
    const extended = this.#uint(1);
    if (extended === 0) throw new MmdbError(`type 0 at ${this.#at} is not known`);
    return extended + 7;
  }

  #sizeOf(control: number): number {
    const size = control & 0x1f;
    if (size < 29) return size;
    if (size === 29) return 29 + this.#uint(1);
    return size === 30 ? 285 + this.#uint(2) : 65_821 + this.#uint(3);
  }

  #valueOf(type: number, control: number): string {
    const size = this.#sizeOf(control);
    switch (type) {
      case TEXT:
        return this.#textOf(size);
      case DOUBLE:
        return numberJson(this.#view.getFloat64(this.#take(size, 8)));
      case FLOAT:
        return numberJson(this.#view.getFloat32(this.#take(size, 4)));
      case BYTES:
        return bytesJson(this.#content(size));
      case UINT16:
      case UINT32:
        return `${this.#uint(size)}`;
      case INT32:
        return `${size === 4 ? this.#view.getInt32(this.#take(4, 4)) : this.#uint(size)}`;
      case UINT64:
      case UINT128:
        return bigintJson(this.#bigint(size));
      case BOOLEAN:
        return `${size !== 0}`;
      case MAP:
        return this.#map(size);
      case ARRAY:
        return this.#array(size);
      default:
        throw new MmdbError(`type ${type} at ${this.#at} is not known`);
    }
  }

  #map(size: number): string {
    const items: string[] = [];
    for (let i = 0; i < size; i++) {
      const key = this.#valueAt(this.#at);
      if (!key.startsWith('"')) throw new MmdbError("a key is no text");
      items.push(`${key}:${this.#valueAt(this.#at)}`);
    }
    return `{${items.join(",")}}`;
  }

  #array(size: number): string {
    const items: string[] = [];
    for (let i = 0; i < size; i++) items.push(this.#valueAt(this.#at));
    return `[${items.join(",")}]`;
  }

  #textOf(size: number): string {
    return textJson(this.#text.decode(this.#content(size)));
  }

  #bigint(size: number): bigint {
    if (size > 16) throw new MmdbError(`an integer has ${size} bytes`);
    let value = 0n;
    for (const byte of this.#content(size)) value = (value << 8n) | BigInt(byte);
    return value;
  }

  #uint(size: number): number {
    if (size > 4) throw new MmdbError(`an integer has ${size} bytes`);
    const from = this.#take(size, size);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.#bytes[from + i] ?? 0);
    return value;
  }

  #content(size: number): Uint8Array {
    this.#spend(size);
    const from = this.#take(size, size);
    return this.#bytes.subarray(from, from + size);
  }

  /** Where the next bytes begin; the place is behind them then. */
  #take(size: number, expected: number): number {
    if (size !== expected) throw new MmdbError(`a number has ${size} bytes instead of ${expected}`);
    const from = this.#at;
    if (from + size > this.#bytes.length) throw new MmdbError("the file ends in the middle of a value");
    this.#at = from + size;
    return from;
  }

  #spend(work: number): void {
    if (this.#work + work > MAX_WORK) throw new MmdbError(`a record has more than ${MAX_WORK} values and characters`);
    this.#work += work;
  }
}
