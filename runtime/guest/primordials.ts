/**
 * Builtins as they were before any plugin code ran. A plugin may replace a builtin for itself; what the bridge and
 * the dispatcher stand on must not change with it.
 */
export const { parse, stringify } = JSON;
export const { isArray } = Array;
export const { defineProperty, entries, fromEntries, hasOwn, keys } = Object;
export const GuestError = Error;
export const GuestTypeError = TypeError;
/** What QuickJS throws when memory or stack ends. */
export const GuestInternalError = (globalThis as unknown as { InternalError: ErrorConstructor }).InternalError;
export const GuestPromise = Promise;
export const GuestProxy = Proxy;
export const GuestUint8Array = Uint8Array;
export const GuestString = String;

/** A table that looks nothing up on a prototype and stands on no method that a plugin could replace. */
export function emptyTable<T>(): Record<string | number, T | undefined> {
  return { __proto__: null } as unknown as Record<string | number, T | undefined>;
}

const apply = Reflect.apply;
const promiseThen = Promise.prototype.then;

/** `promise.then`, whatever a plugin did to the prototype. */
export function then<T>(promise: Promise<T>, fulfilled: (value: T) => void, rejected: (reason: unknown) => void): void {
  apply(promiseThen, promise, [fulfilled, rejected]);
}
