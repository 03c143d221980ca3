import { SCRATCH_TEXT, SHORT_TEXT } from "./boot.ts";
import type { VirtualMachine } from "./boot.ts";
import { EngineError } from "./errors.ts";
import type { EngineExports, Handle, Pointer } from "./exports.ts";
import { FLOAT_OFFSET, ROPE_LEFT, ROPE_RIGHT, STRING_DATA, STRING_LENGTH, TAG, TAG_RANGE } from "./layout.ts";
import { TextReader } from "./text-reader.ts";

/** What crosses the engine's border. Texts from the host must not hold NUL or halves of surrogate pairs: JSON texts never do. */
export type Value = string | number | boolean | null | Uint8Array | undefined;

const encoder = new TextEncoder();
const float = new Float64Array(1);
const halves = new Int32Array(float.buffer);

/** Copies values between the host and the memory of one engine. */
export class Heap {
  readonly #exports: EngineExports;
  readonly #context: Pointer;
  readonly #shortText: Pointer;
  readonly #memory: WebAssembly.Memory;
  readonly #memoryLimit: number;
  #view: DataView;
  #bytes: Uint8Array;
  #text: TextReader;

  /** @param memoryLimit bytes that the guest may allocate: it bounds the texts that it can hand over, too */
  constructor(
    exports: EngineExports,
    { context, scratch }: VirtualMachine,
    memory: WebAssembly.Memory,
    memoryLimit: number,
  ) {
    this.#exports = exports;
    this.#context = context;
    this.#shortText = scratch + SCRATCH_TEXT;
    this.#memory = memory;
    this.#memoryLimit = memoryLimit;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#text = new TextReader(memory.buffer);
  }

  /** Looks at the memory anew: when it grows, older views of it are left without any. */
  refresh(): void {
    const { buffer } = this.#memory;
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#text = new TextReader(buffer);
  }

  /** The value that lies at an address; undefined for what the host has no use for, such as functions. */
  read(at: Pointer): Value {
    const view = this.#view;
    const low = view.getInt32(at, true);
    const tag = view.getInt32(at + 4, true);
    switch (tag) {
      case TAG.int:
        return low;
      case TAG.bool:
        return low !== 0;
      case TAG.null:
        return null;
      case TAG.string:
        return this.readString(low);
      case TAG.rope:
        return this.#readRope(at, low);
      case TAG.object:
        return this.#readBuffer(at);
      default:
        return isFloat(tag) ? this.#readFloat(low, tag) : undefined;
    }
  }

  /** Characters of the text at an address, known without reading it; 0 for all else. */
  lengthOf(at: Pointer): number {
    const view = this.#view;
    const tag = view.getInt32(at + 4, true);
    if (tag !== TAG.string && tag !== TAG.rope) return 0;
    return view.getInt32(view.getInt32(at, true) + STRING_LENGTH, true) & 0x7fff_ffff;
  }

  /** Whether the text whose header lies at an address is this one. It costs no copy. */
  isText(at: Pointer, text: string): boolean {
    const header = this.#view.getInt32(at + STRING_LENGTH, true);
    return (header & 0x7fff_ffff) === text.length && this.#text.equals(at + STRING_DATA, text, header < 0);
  }

  /** Whether the value at an address stands for an exception that is under way. */
  isException(at: Pointer): boolean {
    return this.#view.getInt32(at + 4, true) === TAG.exception;
  }

  /** A new value of the guest's; an array becomes a guest array. The caller releases it. */
  create(value: Value | readonly Value[]): Handle {
    if (typeof value === "string") return this.#createString(value);
    if (value instanceof Uint8Array) return this.#createBuffer(value);
    if (Array.isArray(value)) return this.#createArray(value as readonly Value[]);
    const at = this.allocate(8) as Handle;
    this.writeScalar(at, value as number | boolean | null | undefined);
    return at;
  }

  /** Writes a value that needs no memory of its own. */
  writeScalar(at: Pointer, value: number | boolean | null | undefined): void {
    const view = this.#view;
    if (typeof value !== "number") {
      view.setInt32(at, Number(value ?? 0), true);
      view.setInt32(at + 4, value === undefined ? TAG.undefined : value === null ? TAG.null : TAG.bool, true);
    } else if ((value | 0) === value && !Object.is(value, -0)) {
      view.setInt32(at, value, true);
      view.setInt32(at + 4, TAG.int, true);
    } else {
      view.setFloat64(at, value, true);
      view.setInt32(at + 4, view.getInt32(at + 4, true) - FLOAT_OFFSET, true);
    }
  }

  writePointer(at: Pointer, pointer: Pointer): void {
    this.#view.setInt32(at, pointer, true);
  }

  writeBigInt(at: Pointer, bits: bigint): void {
    this.#view.setBigInt64(at, bits, true);
  }

  /** UTF-8 with a terminating NUL in new memory, to be freed by the caller. */
  writeText(text: string): { pointer: Pointer; length: number } {
    // Most texts are ASCII, and need no copy of their own in between.
    let { length } = text;
    let pointer = this.allocate(length + 1);
    if (encoder.encodeInto(text, this.#bytes.subarray(pointer, pointer + length)).read < length) {
      this.#exports.free(pointer);
      const bytes = encoder.encode(text);
      ({ length } = bytes);
      pointer = this.allocate(length + 1);
      this.#bytes.set(bytes, pointer);
    }
    this.#bytes[pointer + length] = 0;
    return { pointer, length };
  }

  /** The text of NUL-terminated UTF-8. */
  readText(at: Pointer): string {
    return this.#text.utf8(at, this.#bytes.indexOf(0, at) - at);
  }

  /** New memory, to be freed by the caller. The host's own writes are not guest code: there is no exception to catch. */
  allocate(bytes: number): Pointer {
    const pointer = this.#exports.malloc(bytes);
    if (pointer === 0) throw new EngineError("memory", "out of memory");
    return pointer;
  }

  #createString(text: string): Handle {
    if (this.#writeShort(text)) return this.#exports.QTS_NewString(this.#context, this.#shortText);
    const { pointer } = this.writeText(text);
    const value = this.#exports.QTS_NewString(this.#context, pointer);
    this.#exports.free(pointer);
    return value;
  }

  /** Writes a short text of ASCII where nothing has to be allocated for it. @returns whether it was one */
  #writeShort(text: string): boolean {
    if (text.length > SHORT_TEXT) return false;
    const bytes = this.#bytes;
    const at = this.#shortText;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at + i] = code;
    }
    bytes[at + text.length] = 0;
    return true;
  }

  #createBuffer(bytes: Uint8Array): Handle {
    const pointer = this.allocate(Math.max(1, bytes.length));
    this.#bytes.set(bytes, pointer);
    return this.#exports.QTS_NewArrayBuffer(this.#context, pointer, bytes.length);
  }

  /** Its elements are defined, not set: a plugin may have put setters on the prototype of all arrays. */
  #createArray(values: readonly Value[]): Handle {
    const { QTS_NewArray, QTS_DefineProp, QTS_FreeValuePointer, QTS_GetUndefined, free } = this.#exports;
    const array = QTS_NewArray(this.#context);
    const none = QTS_GetUndefined();
    values.forEach((value, i) => {
      const key = this.create(i);
      const item = this.create(value);
      QTS_DefineProp(this.#context, array, key, item, none, none, 1, 1, 1);
      QTS_FreeValuePointer(this.#context, item);
      free(key);
    });
    return array;
  }

  /** The text whose header lies at an address. */
  readString(at: Pointer): string {
    const header = this.#view.getInt32(at + STRING_LENGTH, true);
    const length = header & 0x7fff_ffff;
    return header < 0 ? this.#text.utf16(at + STRING_DATA, length) : this.#text.latin1(at + STRING_DATA, length);
  }

  /**
   * A text that QuickJS has yet to put together: a tree with the parts as its leaves. A part may be in it many times over, so that the
   * whole is larger than all memory: the guest gets the end that putting it together would have led to.
   */
  #readRope(at: Pointer, header: Pointer): string {
    const view = this.#view;
    const length = view.getInt32(header + STRING_LENGTH, true);
    if (length * 2 > this.#memoryLimit) throw new EngineError("memory", "out of memory");
    let text = "";
    const waiting = [at];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const part = view.getInt32(next, true);
      if (view.getInt32(next + 4, true) === TAG.rope) waiting.push(part + ROPE_RIGHT, part + ROPE_LEFT);
      else text += this.readString(part);
    }
    if (text.length !== length) throw new EngineError("trap", `a text of ${length} characters has ${text.length}`);
    return text;
  }

  #readFloat(low: number, tag: number): number {
    halves[0] = low;
    halves[1] = tag + FLOAT_OFFSET;
    return float[0] ?? Number.NaN;
  }

  #readBuffer(at: Pointer): Uint8Array | undefined {
    const pointer = this.#exports.QTS_GetArrayBuffer(this.#context, at);
    if (pointer === 0) return undefined;
    const length = this.#exports.QTS_GetArrayBufferLength(this.#context, at);
    const bytes = this.#bytes.slice(pointer, pointer + length);
    this.#exports.free(pointer);
    return bytes;
  }
}

const isFloat = (tag: number): boolean => tag < TAG_RANGE.first || tag > TAG_RANGE.last;
