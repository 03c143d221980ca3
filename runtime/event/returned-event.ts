import { ContractError } from "../../wit/codec.ts";
import type { DataRequest, ReadData } from "../engine/data-reader.ts";
import { MAX_EVENT_LEVELS } from "../json-depth.ts";
import type { Limits } from "../limits.ts";
import { EventChanges } from "./event-changes.ts";
import type { JsonObject } from "./event-source.ts";

/** How many characters of JSON stand for one of a text, `\u0000`, or for a quarter of a number, at most. What may be near the limit is told as JSON. */
const MOST_PER_CHARACTER = 7;

/** An event that a plugin returned as plain data: it is told by what is different from the one that it was given. */
export class ReturnedEvent {
  readonly #given: JsonObject;
  readonly #limits: Limits;
  #changes: EventChanges | undefined;

  constructor(given: JsonObject, limits: Limits) {
    this.#given = given;
    this.#limits = limits;
  }

  /** What makes the given event the returned one; undefined as long as none was taken. */
  get changes(): EventChanges | undefined {
    return this.#changes;
  }

  /**
   * @param read reads the returned event out of the guest
   * @returns false for what only JSON can tell
   */
  take(read: (request: DataRequest) => ReadData): boolean {
    if (this.#changes) throw new ContractError("a call returned two events");
    const changes = new EventChanges(this.#limits);
    const { data } = read({
      like: this.#given,
      onChange: (target, key, value) => changes.add(target, key, value),
      largest: { size: this.#limits.returnedBytes / MOST_PER_CHARACTER, levels: MAX_EVENT_LEVELS },
    });
    if (data !== this.#given) return false;
    this.#changes = changes;
    return true;
  }
}
