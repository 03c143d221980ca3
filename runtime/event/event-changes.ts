import { LimitError } from "../limits.ts";
import type { Limits } from "../limits.ts";
import type { JsonObject } from "./event-source.ts";

interface Change {
  target: JsonObject;
  key: string;
  /** undefined for a key that was deleted. */
  value: unknown;
}

/** What a plugin changed of an event, held back until its call has ended well. */
export class EventChanges {
  readonly #limit: number;
  readonly #changes: Change[] = [];
  #length = 0;
  #levels = 0;

  constructor({ returnedBytes }: Pick<Limits, "returnedBytes">) {
    this.#limit = returnedBytes;
  }

  /**
   * Counts a change that is about to be looked at. One text may be told over and over, for key after key, with no more memory in the guest
   * than it takes once: the host must not keep it all.
   * @param length characters of key and value, about
   * @throws {LimitError} when it is too much
   */
  count(length: number): void {
    this.#length += length;
    if (this.#length > this.#limit)
      throw new LimitError(
        "returnedBytes",
        `the call changed more than ${this.#limit} characters of its event (returnedBytes)`,
      );
  }

  /** How many levels of lists and objects the event has where it was changed, counted from its top. */
  get levels(): number {
    return this.#levels;
  }

  add(target: JsonObject, key: string, value: unknown, levels = 0): void {
    this.#changes.push({ target, key, value });
    this.#levels = Math.max(this.#levels, levels);
  }

  /** Makes the changes. */
  apply(): void {
    for (const { target, key, value } of this.#changes)
      if (value === undefined) Reflect.deleteProperty(target, key);
      else if (key === "__proto__") Object.defineProperty(target, key, { value: plain(value), ...ORDINARY });
      else target[key] = plain(value);
  }
}

/** As assignment makes a property: in JSON, `__proto__` is a key like any other. */
const ORDINARY = { writable: true, enumerable: true, configurable: true } as const;

/** As JSON would carry it. */
function plain(value: unknown): unknown {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? value + 0 : null;
}
