/**
 * Builtins as they were before any plugin code ran. A plugin may replace a builtin for itself; what the bridge and
 * the dispatcher stand on must not change with it.
 */
export const { parse, stringify } = JSON;
export const { isArray } = Array;
export const { isFinite: isFiniteNumber } = Number;
export const { defineProperty, entries, fromEntries, getOwnPropertyDescriptor, hasOwn, keys } = Object;
export const ArrayPrototype = Array.prototype;
export const ObjectPrototype = Object.prototype;
export const reflect = {
  apply: Reflect.apply,
  construct: Reflect.construct,
  defineProperty: Reflect.defineProperty,
  deleteProperty: Reflect.deleteProperty,
  get: Reflect.get,
  getPrototypeOf: Reflect.getPrototypeOf,
  has: Reflect.has,
  ownKeys: Reflect.ownKeys,
  preventExtensions: Reflect.preventExtensions,
  set: Reflect.set,
  setPrototypeOf: Reflect.setPrototypeOf,
};
export const GuestError = Error;
export const GuestTypeError = TypeError;
export const GuestRangeError = RangeError;
/** What QuickJS throws when memory or stack ends. */
export const GuestInternalError = (globalThis as unknown as { InternalError: ErrorConstructor }).InternalError;
export const GuestPromise = Promise;
export const GuestProxy = Proxy;
export const GuestWeakRef = WeakRef;
export const GuestUint8Array = Uint8Array;
export const GuestString = String;

/** Values by key. It looks nothing up on a prototype and stands on no method that a plugin could replace. */
export type Table<T> = Record<string | number, T | undefined>;

export function emptyTable<T>(): Table<T> {
  return { __proto__: null } as unknown as Table<T>;
}

/** Gives an object a property of its own as assignment would, whatever a plugin put on `Object.prototype`. */
export function writeOwn(target: Record<PropertyKey, unknown>, key: string, value: unknown): void {
  if (key in ObjectPrototype)
    defineProperty(target, key, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    } as PropertyDescriptor);
  else target[key] = value;
}

/** An object's own enumerable keys, one by one, without asking an iterator that a plugin may have replaced. */
export function forEachKey(of: object, visit: (key: string) => void): void {
  const all = keys(of);
  for (let i = 0; i < all.length; i++) visit(all[i] as string);
}

const { apply } = reflect;
const PromisePrototype = Promise.prototype;
const promiseThen = PromisePrototype.then;

/** Whether `then` takes a value as it is. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && reflect.getPrototypeOf(value) === PromisePrototype;
}

/** `promise.then`, whatever a plugin did to the prototype. */
export function then<T>(promise: Promise<T>, fulfilled: (value: T) => void, rejected: (reason: unknown) => void): void {
  apply(promiseThen, promise, [fulfilled, rejected]);
}

/** Runs a text as a script of the global scope, and gives its value. */
export const evaluate: (text: string) => unknown = eval;
