import { Buffer } from "buffer";

import { GuestProxy, emptyTable, getOwnPropertyDescriptor, reflect } from "../primordials.ts";

/** A file whose bytes the host holds. */
export interface HeldFile {
  /** Among the attachments. */
  index: number;
  /** Bytes. */
  size: number;
  read(): Buffer;
}

/** Asked of a buffer, this gives the place of the file that it stands for, or the buffer that its bytes were fetched into. */
export const HELD = Symbol("held");

/** A Buffer that fetches its bytes when somebody looks at them. Its length is known before. */
export function heldBuffer({ index, size, read }: HeldFile): Buffer {
  let bytes: Buffer | undefined;
  const bound = emptyTable<unknown>();
  const real = (): Buffer => (bytes ??= read());

  /** Methods of typed arrays work on nothing else than a typed array. */
  const ofBytes = (key: string | symbol, value: unknown): unknown => {
    if (typeof value !== "function" || key === "constructor") return value;
    const method = value as (...args: unknown[]) => unknown;
    const call = (...args: unknown[]): unknown => reflect.apply(method, real(), args);
    return typeof key === "string" ? (bound[key] ??= call) : call;
  };
  return new GuestProxy(
    {},
    {
      get(_, key) {
        if (key === HELD) return bytes ?? index;
        if (key === "_isBuffer") return true;
        if (key === "length" || key === "byteLength") return size;
        return ofBytes(key, reflect.get(real(), key));
      },
      set: (_, key, value) => reflect.set(real(), key, value),
      has: (_, key) => reflect.has(real(), key),
      deleteProperty: (_, key) => reflect.deleteProperty(real(), key),
      defineProperty: (_, key, descriptor) => reflect.defineProperty(real(), key, descriptor),
      getOwnPropertyDescriptor: (_, key) => getOwnPropertyDescriptor(real(), key),
      ownKeys: () => reflect.ownKeys(real()),
      getPrototypeOf: () => Buffer.prototype,
    },
  ) as Buffer;
}
