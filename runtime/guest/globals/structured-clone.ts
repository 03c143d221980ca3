import {
  GuestError,
  GuestUint8Array,
  defineProperty,
  emptyTable,
  forEachKey,
  getOwnPropertyDescriptor,
  hasOwn,
  isArray,
  reflect,
  writeOwn,
} from "../primordials.ts";
import type { Table } from "../primordials.ts";
import { DOMException } from "./dom-exception.ts";

type ViewClass = new (buffer: unknown, offset: number, length: number) => unknown;

const { isView } = ArrayBuffer;

/** The builtins of these names. */
function byName<T>(names: string): Table<T> {
  const table = emptyTable<T>();
  for (const name of names.split(" ")) table[name] = (globalThis as unknown as Table<T>)[name];
  return table;
}

const VIEWS = byName<ViewClass>(
  "DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array",
);
const ERRORS = byName<ErrorConstructor>("EvalError RangeError ReferenceError SyntaxError TypeError URIError");
const typeOfView = getOwnPropertyDescriptor(
  reflect.getPrototypeOf(GuestUint8Array.prototype) ?? {},
  Symbol.toStringTag,
)?.get;

/** The web's `structuredClone`. What it transfers is detached; of a proxy it clones what the proxy shows. */
export function structuredClone(value: unknown, options: { transfer?: Iterable<unknown> } = {}): unknown {
  const transfer = [...(options.transfer ?? [])];
  for (const part of transfer) if (!(part instanceof ArrayBuffer)) throw uncloneable(part);
  const copy = clonePart(value, new Map());
  for (const part of transfer) (part as ArrayBuffer).transfer(0);
  return copy;
}

/** @param copies of what was met before: the same part is cloned once, and circles close */
function clonePart(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw uncloneable(value);
  if (typeof value !== "object" || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const copy = makeCopy(value, copies);
  copies.set(value, copy);
  fill(copy, value, (part) => clonePart(part, copies));
  return copy;
}

/** A new object of the same kind, without the parts that may lead back to it. */
function makeCopy(value: object, copies: Map<object, unknown>): unknown {
  if (isArray(value)) return emptyArray(value.length);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (isView(value)) {
    const type = VIEWS[(typeOfView && (reflect.apply(typeOfView, value, []) as string)) ?? "DataView"];
    const { length = value.byteLength } = value as ArrayBufferView & { length?: number };
    return type && new type(clonePart(value.buffer, copies), value.byteOffset, length);
  }
  if (value instanceof DOMException) return new DOMException(value.message, value.name);
  if (value instanceof GuestError) return cloneError(value);
  if (value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt)
    return Object(value.valueOf());
  for (const type of [WeakMap, WeakSet, WeakRef, Promise, SharedArrayBuffer])
    if (value instanceof type) throw uncloneable(value);
  return {};
}

function emptyArray(length: number): unknown[] {
  const array: unknown[] = [];
  array.length = length;
  return array;
}

function cloneError(error: Error): Error {
  const copy = new (ERRORS[error.name] ?? GuestError)();
  const describe = (key: "message" | "stack", value: unknown): unknown =>
    defineProperty(copy, key, { value: String(value), writable: true, configurable: true });
  if (hasOwn(error, "message")) describe("message", error.message);
  describe("stack", error.stack);
  return copy;
}

function fill(copy: unknown, value: object, clone: (part: unknown) => unknown): void {
  if (copy instanceof Map) for (const [key, part] of value as typeof copy) copy.set(clone(key), clone(part));
  else if (copy instanceof Set) for (const part of value as typeof copy) copy.add(clone(part));
  else if (copy instanceof GuestError) {
    if (!hasOwn(value, "cause")) return;
    const cause = clone((value as Error).cause);
    defineProperty(copy, "cause", { value: cause, writable: true, configurable: true });
  } else if (isArray(copy) || reflect.getPrototypeOf(copy as object) === Object.prototype)
    forEachKey(value, (key) => writeOwn(copy as Record<string, unknown>, key, clone((value as Table<unknown>)[key])));
}

function uncloneable(value: unknown): Error {
  let text = "";
  try {
    text = String(value);
  } catch {
    text = typeof value;
  }
  return new DOMException(`${text} could not be cloned.`, "DataCloneError");
}
