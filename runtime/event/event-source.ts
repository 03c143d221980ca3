import { ContractError, parseJson } from "../../wit/codec.ts";
import type { Value } from "../engine/heap.ts";
import { isObject } from "../is-object.ts";
import { jsonDepth } from "../json-depth.ts";
import type { Limits } from "../limits.ts";
import { EventChanges } from "./event-changes.ts";

export type JsonObject = { [key: string]: unknown };

/**
 * The host's side of an event that a plugin looks at where it lies. Its objects have numbers, in the order in which the guest gets to know
 * them; the event itself is 0.
 */
export class EventSource {
  readonly changes: EventChanges;
  /** The number of the event's `properties`, if they are an object. */
  readonly propertiesId: number | undefined;
  readonly #objects: JsonObject[];
  /** How many levels of the event lie above and with each. */
  readonly #levels: number[] = [1];
  /** Characters handed over so far. */
  #length = 0;

  constructor(event: JsonObject, limits: Pick<Limits, "returnedBytes">) {
    this.#objects = [event];
    this.changes = new EventChanges(limits);
    const properties = Object.hasOwn(event, "properties") ? event["properties"] : undefined;
    if (isObject(properties)) this.propertiesId = this.#number(properties, 0);
  }

  /** How much of the event the guest has read: characters. */
  get length(): number {
    return this.#length;
  }

  /**
   * A value of one object, or all of it. `ReadEvent` in `runtime/guest/event/event-call.ts` says what is answered.
   * @throws {ContractError} for what no view asks
   */
  read(id: Value, key: Value): Value | readonly Value[] {
    const of = this.#object(id);
    if (key === undefined) return this.#readAll(of, id as number);
    if (typeof key !== "string") throw new ContractError(`a key of the event: expected a text, got ${typeof key}`);
    return Object.hasOwn(of, key) ? this.#answer(of[key], id as number) : undefined;
  }

  /**
   * Notes what became of one key: `ChangeEvent` in `runtime/guest/event/event-call.ts` says how it is told.
   * @throws {ContractError} for what no view tells, {LimitError} for more than a call may change
   */
  noteChange(id: Value, key: Value, value: Value, isJson: Value): undefined {
    const target = this.#object(id);
    if (typeof key !== "string") throw new ContractError(`a key of the event: expected a text, got ${typeof key}`);
    if (value instanceof Uint8Array) throw new ContractError("a value of the event: expected JSON, got bytes");
    this.changes.count(key.length + (typeof value === "string" ? value.length : 8));
    if (isJson !== true) this.changes.add(target, key, value);
    else {
      const json = String(value);
      const member = parseJson(json, "a value of the event");
      if (!isObject(member) || !Object.hasOwn(member, key))
        throw new ContractError(`a value of the event: expected it under its key, "${key}"`);
      const levels = (this.#levels[id as number] ?? 0) + jsonDepth(json) - 1;
      this.changes.add(target, key, member[key], levels);
    }
    return undefined;
  }

  #object(id: Value): JsonObject {
    const object = typeof id === "number" ? this.#objects[id] : undefined;
    if (!object) throw new ContractError(`the event has no object ${String(id)}`);
    return object;
  }

  #readAll(of: JsonObject, id: number): string {
    const nested: Record<string, number> = Object.create(null) as Record<string, number>;
    const values: JsonObject = Object.create(null) as JsonObject;
    for (const key of Object.keys(of)) {
      const value = of[key];
      const isNested = isObject(value);
      if (isNested) nested[key] = this.#idOf(value, id, key);
      values[key] = isNested ? 0 : value;
    }
    return this.#count(JSON.stringify({ values, nested }));
  }

  #answer(value: unknown, parent: number): Value | readonly Value[] {
    if (typeof value === "string")
      return isPlainText(value) ? this.#count(value) : [this.#count(JSON.stringify(value))];
    if (typeof value !== "object" || value === null) return value as number | boolean | null;
    return [isObject(value) ? this.#number(value, parent) : this.#count(JSON.stringify(value))];
  }

  #idOf(object: JsonObject, parent: number, key: string): number {
    const { propertiesId } = this;
    return parent === 0 && key === "properties" && propertiesId !== undefined
      ? propertiesId
      : this.#number(object, parent);
  }

  #number(object: JsonObject, parent: number): number {
    this.#levels.push((this.#levels[parent] ?? 0) + 1);
    return this.#objects.push(object) - 1;
  }

  #count(text: string): string {
    this.#length += text.length;
    return text;
  }
}

/** Whether a text crosses as it is: what is no UTF-16, or holds NUL, crosses as JSON. */
const isPlainText = (text: string): boolean => !text.includes("\0") && text.isWellFormed();
