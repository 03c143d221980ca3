import type { QuickJSFFI } from "@jitl/quickjs-wasmfile-release-sync/ffi";
import type {
  BorrowedHeapCharPointer,
  JSContextPointer,
  JSValueConstPointer,
  JSValueConstPointerPointer,
  JSValuePointer,
  JSVoidPointer,
  QuickJSEmscriptenModule,
} from "@jitl/quickjs-ffi-types";

import { EngineError } from "./errors.ts";

/** What crosses the engine's border. Strings must not hold NUL: JSON texts never do. */
export type Value = string | number | Uint8Array | undefined;

const encoder = new TextEncoder();

/** Copies values between the host and one QuickJS context. */
export class Marshal {
  readonly #module: QuickJSEmscriptenModule;
  readonly #ffi: QuickJSFFI;
  readonly #context: JSContextPointer;

  constructor(module: QuickJSEmscriptenModule, ffi: QuickJSFFI, context: JSContextPointer) {
    this.#module = module;
    this.#ffi = ffi;
    this.#context = context;
  }

  /** A new guest value; an array becomes a guest array. */
  toGuest(value: Value | Value[]): JSValuePointer {
    if (value === undefined) return this.#ffi.QTS_DupValuePointer(this.#context, this.#ffi.QTS_GetUndefined());
    if (typeof value === "number") return this.#ffi.QTS_NewFloat64(this.#context, value);
    if (typeof value === "string") return this.#text(value);
    return Array.isArray(value) ? this.#array(value) : this.#bytes(value);
  }

  /** The value behind a guest number, string or ArrayBuffer; undefined for all else. */
  fromGuest(value: JSValuePointer | JSValueConstPointer): Value {
    const type = this.#typeof(value);
    if (type === "number") return this.#ffi.QTS_GetFloat64(this.#context, value);
    if (type === "string") return this.#readText(value);
    return type === "object" ? this.#readBytes(value) : undefined;
  }

  /** Guest memory, to be freed by the caller. The host's own writes are not guest code: there is no exception to catch. */
  allocate(bytes: number): number {
    const pointer = this.#module._malloc(bytes);
    if (pointer === 0) throw new EngineError("memory", "out of memory");
    return pointer;
  }

  /** UTF-8 with a terminating NUL in guest memory, to be freed by the caller. */
  writeText(text: string): { pointer: BorrowedHeapCharPointer; length: number } {
    const bytes = encoder.encode(text);
    const pointer = this.allocate(bytes.length + 1) as BorrowedHeapCharPointer;
    this.#module.HEAPU8.set(bytes, pointer);
    this.#module.HEAPU8[pointer + bytes.length] = 0;
    return { pointer, length: bytes.length };
  }

  /** An argument vector in guest memory, to be freed by the caller. */
  writePointers(values: readonly JSValuePointer[]): JSValueConstPointerPointer {
    const pointer = this.allocate(Math.max(4, values.length * 4)) as JSValueConstPointerPointer;
    const view = new DataView(this.#module.HEAPU8.buffer);
    values.forEach((value, i) => view.setInt32(pointer + i * 4, value, true));
    return pointer;
  }

  /** Name, message and stack of a thrown value, as far as it has them. */
  describeException(value: JSValuePointer): { name: string; message: string; stack: string } {
    const pointer = this.#ffi.QTS_Dump(this.#context, value);
    const text = this.#module.UTF8ToString(pointer);
    this.#ffi.QTS_FreeCString(this.#context, pointer);
    return parseDump(text);
  }

  #text(text: string): JSValuePointer {
    const { pointer } = this.writeText(text);
    const value = this.#ffi.QTS_NewString(this.#context, pointer);
    this.#module._free(pointer);
    return value;
  }

  #bytes(bytes: Uint8Array): JSValuePointer {
    const pointer = this.allocate(Math.max(1, bytes.length)) as JSVoidPointer;
    this.#module.HEAPU8.set(bytes, pointer);
    return this.#ffi.QTS_NewArrayBuffer(this.#context, pointer, bytes.length);
  }

  #array(values: readonly Value[]): JSValuePointer {
    const array = this.#ffi.QTS_NewArray(this.#context);
    values.forEach((value, i) => {
      const key = this.toGuest(i);
      const item = this.toGuest(value);
      this.#ffi.QTS_SetProp(this.#context, array, key, item);
      this.#ffi.QTS_FreeValuePointer(this.#context, item);
      this.#ffi.QTS_FreeValuePointer(this.#context, key);
    });
    return array;
  }

  #typeof(value: JSValuePointer | JSValueConstPointer): string {
    const pointer = this.#ffi.QTS_Typeof(this.#context, value);
    const type = this.#module.UTF8ToString(pointer);
    this.#module._free(pointer);
    return type;
  }

  #readText(value: JSValuePointer | JSValueConstPointer): string {
    const pointer = this.#ffi.QTS_GetString(this.#context, value);
    const text = this.#module.UTF8ToString(pointer);
    this.#ffi.QTS_FreeCString(this.#context, pointer);
    return text;
  }

  #readBytes(value: JSValuePointer | JSValueConstPointer): Uint8Array | undefined {
    const pointer = this.#ffi.QTS_GetArrayBuffer(this.#context, value);
    if (!pointer) return undefined;
    const length = this.#ffi.QTS_GetArrayBufferLength(this.#context, value);
    const bytes = this.#module.HEAPU8.slice(pointer, pointer + length);
    this.#module._free(pointer);
    return bytes;
  }
}

/** Reads QuickJS's dump of a thrown value, JSON that guest code may have had a hand in. */
function parseDump(text: string): { name: string; message: string; stack: string } {
  const asItIs = { name: "", message: text, stack: "" };
  try {
    const dump: unknown = JSON.parse(text);
    if (typeof dump === "string") return { ...asItIs, message: dump };
    if (typeof dump !== "object" || dump === null || !("message" in dump)) return asItIs;
    const { name, message, stack } = dump as Record<string, unknown>;
    return typeof message === "string"
      ? { name: typeof name === "string" ? name : "Error", message, stack: typeof stack === "string" ? stack : "" }
      : asItIs;
  } catch {
    // Without the memory to make JSON of it, the dump is the error as a string.
    const [, name = "", message = text] = /^(\w+): ([^]*)$/.exec(text) ?? [];
    return { name, message, stack: "" };
  }
}
