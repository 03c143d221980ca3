import { ContractError, parseJson } from "../../wit/codec.ts";
import type { Value } from "../engine/heap.ts";
import { jsonDepth } from "../json-depth.ts";

export type JsonObject = { [key: string]: unknown };

/** What a plugin changed of one object: the object's number, keys to delete, then values to set. */
type Change = [id: number, removed: string[], set: JsonObject];

/** The host's side of an event that a plugin looks at where it lies: answers the guest's `View`s, and takes what they changed. */
export class EventSource {
  /** The objects that the guest knows of, by number. */
  readonly #objects: JsonObject[];
  /** How many levels of the event lie above and with each. */
  readonly #levels: number[] = [1];
  /** Characters handed over so far. */
  #length = 0;

  constructor(event: JsonObject) {
    this.#objects = [event];
  }

  /** How much of the event the guest has read: characters. */
  get length(): number {
    return this.#length;
  }

  /**
   * A value of one object, or all of it. See `ReadView` in `runtime/guest/event/event-call.ts` for the answers.
   * @throws {ContractError} for what no view asks
   */
  read(id: Value, key: Value): Value | readonly Value[] {
    const of = typeof id === "number" ? this.#objects[id] : undefined;
    if (!of || typeof id !== "number") throw new ContractError(`the event has no object ${String(id)}`);
    if (key === undefined) return this.#readAll(of, id);
    if (typeof key !== "string") throw new ContractError(`a key of the event: expected a text, got ${typeof key}`);
    return Object.hasOwn(of, key) ? this.#answer(of[key], id) : undefined;
  }

  /**
   * Makes a plugin's changes.
   * @param json what the guest reported
   * @throws {ContractError} for changes that no view reports
   */
  apply(json: string): void {
    for (const [id, removed, set] of readChanges(json)) {
      const target = this.#objects[id];
      if (!target) throw new ContractError(`the event has no object ${id}`);
      for (const key of removed) Reflect.deleteProperty(target, key);
      for (const [key, value] of Object.entries(set)) write(target, key, value);
    }
  }

  /** How many levels of lists and objects the changed parts of the event would have, counted from its top. */
  levelsWith(json: string): number {
    let deepest = 0;
    for (const [id, , set] of readChanges(json))
      deepest = Math.max(deepest, (this.#levels[id] ?? 0) + jsonDepth(JSON.stringify(set)) - 1);
    return deepest;
  }

  #readAll(of: JsonObject, id: number): string {
    const nested: Record<string, number> = Object.create(null) as Record<string, number>;
    const values: JsonObject = Object.create(null) as JsonObject;
    for (const key of Object.keys(of)) {
      const value = of[key];
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isObject) nested[key] = this.#number(value as JsonObject, id);
      values[key] = isObject ? 0 : value;
    }
    return this.#count(JSON.stringify({ values, nested }));
  }

  #answer(value: unknown, parent: number): Value | readonly Value[] {
    if (typeof value === "string")
      return isPlainText(value) ? this.#count(value) : [this.#count(JSON.stringify(value))];
    if (typeof value !== "object" || value === null) return value as number | boolean | null;
    return [Array.isArray(value) ? this.#count(JSON.stringify(value)) : this.#number(value as JsonObject, parent)];
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

/** As an assignment to an object of JSON, where `__proto__` is a key like any other. */
function write(target: JsonObject, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function readChanges(json: string): Change[] {
  const changes = parseJson(json, "changes");
  if (!Array.isArray(changes) || !changes.every(isChange))
    throw new ContractError("changes: expected a list of [number, keys, values]");
  return changes;
}

function isChange(value: unknown): value is Change {
  if (!Array.isArray(value)) return false;
  const [id, removed, set] = value as unknown[];
  const isKeys = Array.isArray(removed) && removed.every((key) => typeof key === "string");
  return typeof id === "number" && isKeys && typeof set === "object" && set !== null && !Array.isArray(set);
}
