import {
  forEachKey,
  ObjectPrototype,
  emptyTable,
  getOwnPropertyDescriptor,
  hasOwn,
  isArray,
  parse,
  reflect,
  stringify,
  writeOwn,
} from "../primordials.ts";
import type { Table } from "../primordials.ts";
import { ROOT } from "./event-call.ts";
import type { EventCall, Target } from "./event-call.ts";

const { get: reflectGet, set: reflectSet } = reflect;

/** All of one object: `nested` tells which values stand for an object, and which number it has. */
interface Level {
  values: Record<string, unknown>;
  nested: Record<string, number>;
}

/** A list that was copied in, with its text as it came. */
interface CopiedList {
  list: unknown;
  json: string;
}

/**
 * One object of an event that lies on the host, as an object in the guest: the handler of a proxy whose target fills up with what is
 * looked at. A plugin cannot tell the proxy from a plain object. What it changes is kept here until the call's end (`changes.ts`). Tables
 * are made when something goes into them: most views of a call need none.
 */
export class View implements ProxyHandler<Target> {
  readonly id: number;
  readonly target: Target = {};
  /** What the plugin sees; undefined when the call is over. */
  proxy: Target | undefined = undefined;
  /** The view that was made before, of the same call. */
  previous: View | undefined = undefined;
  /** Keys that were set, in the order of the first time. */
  changed: Table<true> | undefined = undefined;
  /** Keys that were deleted, even if they were set again. */
  removed: Table<true> | undefined = undefined;
  children: Table<View> | undefined = undefined;
  lists: Table<CopiedList> | undefined = undefined;
  private readonly call: EventCall;
  /** The target holds everything: the host need not be asked any more. */
  private isComplete = false;

  static {
    // A trap that a plugin puts on Object.prototype is not this handler's.
    reflect.setPrototypeOf(View.prototype, null);
  }

  constructor(id: number, call: EventCall) {
    this.id = id;
    this.call = call;
  }

  get(target: Target, key: PropertyKey, receiver: unknown): unknown {
    if (!hasOwn(target, key)) {
      const value = this.load(key);
      if (value !== undefined) return value;
    } else if (!this.call.isExotic) return target[key];
    return reflectGet(target, key, receiver);
  }

  has(target: Target, key: PropertyKey): boolean {
    this.load(key);
    return reflect.has(target, key);
  }

  getOwnPropertyDescriptor(target: Target, key: PropertyKey): PropertyDescriptor | undefined {
    this.load(key);
    return bare(getOwnPropertyDescriptor(target, key));
  }

  set(target: Target, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    if (typeof key !== "string" || this.call.isExotic || key in ObjectPrototype || receiver !== this.proxy) {
      this.load(key);
      return reflectSet(target, key, value, receiver);
    }
    (this.changed ??= emptyTable())[key] = true;
    target[key] = value;
    return true;
  }

  defineProperty(target: Target, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    this.load(key);
    bare(descriptor);
    if (typeof key === "string" && isOrdinary(descriptor, hasOwn(target, key)))
      (this.changed ??= emptyTable())[key] = true;
    else this.becomeExotic();
    return reflect.defineProperty(target, key, descriptor);
  }

  deleteProperty(target: Target, key: PropertyKey): boolean {
    if (typeof key === "string") {
      (this.removed ??= emptyTable())[key] = true;
      if (this.changed) delete this.changed[key];
    }
    return reflect.deleteProperty(target, key);
  }

  ownKeys(target: Target): ArrayLike<string | symbol> {
    this.complete();
    return reflect.ownKeys(target);
  }

  setPrototypeOf(target: Target, prototype: object | null): boolean {
    // The engine lets a proxy into a chain of prototypes that leads back to it.
    for (let above = prototype; above; above = reflect.getPrototypeOf(above)) if (above === this.proxy) return false;
    if (prototype !== reflect.getPrototypeOf(target)) this.becomeExotic();
    return reflect.setPrototypeOf(target, prototype);
  }

  preventExtensions(target: Target): boolean {
    this.becomeExotic();
    return reflect.preventExtensions(target);
  }

  /** Takes over all that is still on the host, for a view that outlives its call. */
  detach(): void {
    this.complete();
    const { children } = this;
    if (children) forEachKey(children, (key) => children[key]?.detach());
  }

  /** From now on the target may hold what a list of changed keys cannot tell. */
  private becomeExotic(): void {
    this.complete();
    this.call.isExotic = true;
  }

  /** Has the target own a property that the host's object has. @returns its value; undefined when there is none, or it was there */
  private load(key: PropertyKey): unknown {
    const { target } = this;
    if (this.isComplete || typeof key !== "string" || hasOwn(target, key) || this.removed?.[key]) return undefined;
    const { call, id } = this;
    const isProperties = id === ROOT && key === "properties" && call.propertiesId !== undefined;
    let value = isProperties ? [call.propertiesId] : call.read(id, key);
    if (value === undefined) return undefined;
    if (typeof value === "object" && value !== null) {
      const first = (value as [number | string])[0];
      value = typeof first === "number" ? this.openChild(key, first) : this.copyList(key, first);
    }
    writeOwn(target, key, value);
    return value;
  }

  /** Fills the target, with its keys in the order of a plain object. */
  private complete(): void {
    if (this.isComplete) return;
    this.isComplete = true;
    const { target } = this;
    const { values, nested } = parse(this.call.read(this.id) as string) as Level;
    const had = emptyTable<{ value: unknown }>();
    forEachKey(target, (key) => {
      had[key] = { value: target[key] };
      delete target[key];
    });
    forEachKey(values, (key) => {
      if (this.removed?.[key]) return;
      const id = hasOwn(nested, key) ? nested[key] : undefined;
      const kept = had[key];
      if (kept) writeOwn(target, key, kept.value);
      else writeOwn(target, key, id === undefined ? this.keepList(key, values[key]) : this.openChild(key, id));
    });
    if (this.changed)
      forEachKey(this.changed, (key) => {
        if (!hasOwn(target, key)) writeOwn(target, key, had[key]?.value);
      });
  }

  private openChild(key: string, id: number): Target {
    const child = new View(id, this.call);
    (this.children ??= emptyTable())[key] = child;
    return this.call.open(child);
  }

  private copyList(key: string, json: string): unknown {
    const value: unknown = parse(json);
    if (isArray(value)) (this.lists ??= emptyTable())[key] = { list: value, json };
    return value;
  }

  private keepList(key: string, value: unknown): unknown {
    if (isArray(value)) (this.lists ??= emptyTable())[key] = { list: value, json: stringify(value) };
    return value;
  }
}

/** The engine reads a descriptor as it would any object: what a plugin put on `Object.prototype` is no part of it. */
function bare<T extends PropertyDescriptor | undefined>(descriptor: T): T {
  const isTampered = "get" in ObjectPrototype || "set" in ObjectPrototype || "value" in ObjectPrototype;
  if (descriptor && (isTampered || "writable" in ObjectPrototype)) reflect.setPrototypeOf(descriptor, null);
  return descriptor;
}

/** Whether a definition makes, or leaves, a property that assignment could have made. */
function isOrdinary({ get, set, writable, enumerable, configurable }: PropertyDescriptor, exists: boolean): boolean {
  const isSet = (flag: boolean | undefined): boolean => flag ?? exists;
  return !get && !set && isSet(writable) && isSet(enumerable) && isSet(configurable);
}
