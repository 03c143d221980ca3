import type { VirtualMachine } from "./boot.ts";
import type { Pointer } from "./exports.ts";
import type { Heap } from "./heap.ts";
import {
  ATOM_TABLE,
  ATOM_TYPE,
  CLASS,
  FLAG_LIST,
  LIST_ITEMS,
  LIST_LENGTH,
  OBJECT_CLASS,
  OBJECT_FLAGS,
  OBJECT_SHAPE,
  OBJECT_VALUES,
  PROPERTY_ENUMERABLE,
  PROPERTY_FLAGS_SHIFT,
  PROPERTY_KIND,
  SHAPE_COUNT,
  SHAPE_PROPERTIES,
  SHAPE_PROTOTYPE,
  TAG,
} from "./layout.ts";

/** What JSON can carry. */
export type Data = string | number | boolean | null | Data[] | DataObject;
export interface DataObject {
  [key: string]: Data;
}

/** How a value is read. */
export interface DataRequest {
  /** What the value is likely to be: where it is the same, this is the answer, and not a copy. */
  like?: unknown;
  /** Told how an object of `like` would have to be changed, step by step, to be what the guest has. undefined stands for a deleted key. */
  onChange(target: DataObject, key: string, value: Data | undefined): void;
  /** The size and the levels of lists and objects past which a value is left unread. */
  largest: { size: number; levels: number };
}

/** Data that was read where it lay, with what it took. */
export interface ReadData {
  /** Undefined for what only JSON can tell. */
  data: Data | undefined;
  /** Characters of texts and keys, and some for each value: about as many as its JSON has. */
  size: number;
  /** Levels of lists and objects. */
  levels: number;
}

/** What a value counts for beside its text. */
const SIZE_OF_VALUE = 4;
const NO_KEYS: readonly string[] = [];

/**
 * Reads plain objects and lists where they lie in the guest's memory, as JSON would carry them: the guest need not write them out, nor
 * the host parse them, and what is as it was is not even made anew. Nothing of the guest's runs meanwhile. What is not made of plain
 * objects, full lists and scalars alone is left to JSON: a getter, a proxy, a Date, a gap in a list. Whether there is a `toJSON` on a
 * prototype is for the guest to see to.
 */
export class DataReader {
  readonly #heap: Heap;
  readonly #vm: VirtualMachine;
  #words: Int32Array = new Int32Array();
  #bytes: Uint8Array = new Uint8Array();
  #units: Uint16Array = new Uint16Array();
  #atoms: Pointer = 0;
  #request: DataRequest = { onChange: () => undefined, largest: { size: 0, levels: 0 } };
  #size = 0;
  #levels = 0;
  #isData = true;

  constructor(heap: Heap, vm: VirtualMachine) {
    this.#heap = heap;
    this.#vm = vm;
  }

  /**
   * @param memory as it is now
   * @param at the address of the value
   */
  read(memory: ArrayBufferLike, at: Pointer, request: DataRequest): ReadData {
    if (this.#words.buffer !== memory) {
      this.#words = new Int32Array(memory);
      this.#bytes = new Uint8Array(memory);
      this.#units = new Uint16Array(memory);
    }
    const { object, list } = this.#vm.prototypes;
    this.#atoms = this.#word(this.#vm.runtime + ATOM_TABLE);
    this.#request = request;
    this.#size = 0;
    this.#levels = 0;
    this.#isData = this.#prototypeOf(list) === object;
    const data = this.#value(at, 0, request.like);
    return { data: this.#isData ? data : undefined, size: this.#size, levels: this.#levels };
  }

  #value(at: Pointer, levels: number, like: unknown): Data | undefined {
    const tag = this.#word(at + 4);
    this.#size += SIZE_OF_VALUE;
    const length = tag === TAG.string || tag === TAG.rope ? this.#heap.lengthOf(at) : 0;
    if (this.#size + length > this.#request.largest.size) return this.#refuse();
    this.#size += length;
    if (tag === TAG.object) return this.#object(this.#word(at), levels + 1, like);
    if (tag === TAG.string && typeof like === "string" && this.#heap.isText(this.#word(at), like)) return like;
    const value = this.#heap.read(at);
    if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
    if (value === undefined && tag !== TAG.undefined) return this.#refuse();
    return value as string | boolean | null | undefined;
  }

  #object(object: Pointer, levels: number, like: unknown): Data | undefined {
    this.#levels = Math.max(this.#levels, levels);
    if (levels > this.#request.largest.levels || !this.#isData) return this.#refuse();
    const kind = this.#units[(object + OBJECT_CLASS) >> 1];
    const prototype = this.#prototypeOf(object);
    if (kind === CLASS.object && (prototype === this.#vm.prototypes.object || prototype === 0))
      return isObject(like) ? this.#compare(object, levels, like) : this.#copy(object, levels);
    if (kind !== CLASS.list || prototype !== this.#vm.prototypes.list) return this.#refuse();
    return this.#items(object, levels, Array.isArray(like) ? (like as unknown[]) : NO_KEYS);
  }

  #copy(object: Pointer, levels: number): DataObject {
    const data: DataObject = {};
    this.#forEach(object, (atom, at) => {
      const key = this.#key(atom);
      const value = key === undefined ? undefined : this.#value(at, levels, undefined);
      if (value === undefined) return;
      if (key === "__proto__") Object.defineProperty(data, key, { value, ...ORDINARY });
      else data[key as string] = value;
    });
    return data;
  }

  /** Goes through the properties beside those of `like`, in its order. Once theirs differs, keys are deleted to be added at the end. */
  #compare(object: Pointer, levels: number, like: DataObject): DataObject {
    const { onChange } = this.#request;
    const keys = Object.keys(like);
    let next = 0;
    const skipTo = (end: number): void => {
      for (; next < end; next++) onChange(like, keys[next] as string, undefined);
    };
    this.#forEach(object, (atom, at) => {
      let key = keys[next];
      if (key === undefined || !this.#isKey(atom, key)) {
        key = this.#key(atom);
        if (key === undefined) return;
        const found = keys.indexOf(key, next);
        skipTo(found < 0 ? keys.length : found);
      } else this.#size += key.length;
      const isThere = next < keys.length;
      const old = isThere ? like[key] : undefined;
      const value = this.#value(at, levels, old);
      if (value !== old) onChange(like, key, value);
      if (isThere) next++;
    });
    skipTo(keys.length);
    return like;
  }

  #items(list: Pointer, levels: number, like: readonly unknown[]): Data | undefined {
    const count = this.#word(list + LIST_LENGTH);
    // Its one property is its length, which may be set to more than there are items.
    const isBare = this.#word(this.#word(list + OBJECT_SHAPE) + SHAPE_COUNT) === 1;
    const isFull = this.#word(this.#word(list + OBJECT_VALUES)) === count;
    if (((this.#bytes[list + OBJECT_FLAGS] ?? 0) & FLAG_LIST) === 0 || !isBare || !isFull) return this.#refuse();
    const first = this.#word(list + LIST_ITEMS);
    const data: Data[] = [];
    let isSame = count === like.length;
    for (let i = 0; i < count && this.#isData; i++) {
      const value = this.#value(first + i * 8, levels, like[i]) ?? null;
      isSame &&= value === like[i];
      data.push(value);
    }
    return isSame && like !== NO_KEYS ? (like as Data[]) : data;
  }

  /** Visits what JSON would: values under texts, none of them hidden. */
  #forEach(object: Pointer, visit: (atom: number, at: Pointer) => void): void {
    const shape = this.#word(object + OBJECT_SHAPE);
    const count = this.#word(shape + SHAPE_COUNT);
    let property = shape + SHAPE_PROPERTIES;
    let at = this.#word(object + OBJECT_VALUES);
    for (let i = 0; i < count && this.#isData; i++, property += 8, at += 8) {
      // Hidden ones too are work, each time that the object is met.
      if (++this.#size > this.#request.largest.size) this.#refuse();
      const atom = this.#word(property + 4);
      const flags = this.#word(property) >>> PROPERTY_FLAGS_SHIFT;
      // A deleted property leaves its place.
      if (atom === 0) continue;
      if ((flags & PROPERTY_KIND) !== 0) this.#refuse();
      else if ((flags & PROPERTY_ENUMERABLE) !== 0) visit(atom, at);
    }
  }

  /** @returns undefined for a symbol */
  #key(atom: number): string | undefined {
    if (atom < 0) return String(atom & 0x7fff_ffff);
    const text = this.#word(this.#atoms + atom * 4);
    if (this.#word(text + ATOM_TYPE) >>> 30 !== 1) return undefined;
    const key = this.#heap.readString(text);
    this.#size += key.length;
    return key;
  }

  #isKey(atom: number, key: string): boolean {
    if (atom < 0) return String(atom & 0x7fff_ffff) === key;
    const text = this.#word(this.#atoms + atom * 4);
    return this.#word(text + ATOM_TYPE) >>> 30 === 1 && this.#heap.isText(text, key);
  }

  #prototypeOf(object: Pointer): Pointer {
    return this.#word(this.#word(object + OBJECT_SHAPE) + SHAPE_PROTOTYPE);
  }

  #refuse(): undefined {
    this.#isData = false;
    return undefined;
  }

  #word(at: Pointer): number {
    return this.#words[at >> 2] ?? 0;
  }
}

/** As assignment makes a property: in JSON, `__proto__` is a key like any other. */
const ORDINARY = { writable: true, enumerable: true, configurable: true } as const;

const isObject = (value: unknown): value is DataObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
