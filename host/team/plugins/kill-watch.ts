import { describeError } from "../../describe-error.ts";

/** Milliseconds for which an isolate believes what it has read. */
const KNOWN_FOR_MS = 60_000;

/**
 * An isolate's eye on the kill switches, for objects that could not be told of one: read once a minute for all objects there are in it, and
 * never because of an event. Objects share what was read and not the reading: each may only do input and output of its own.
 */
export class KillWatch {
  #mark: string | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  /**
   * The mark of the switches, of a minute ago at most.
   * @param read asks the registry
   * @param now milliseconds since the epoch
   * @returns undefined when it was never read
   */
  async mark(read: () => Promise<string>, now: number): Promise<string | undefined> {
    const age = now - this.#readAt;
    if (age >= 0 && age < KNOWN_FOR_MS) return this.#mark;
    // At once, so that no other object reads meanwhile.
    this.#readAt = now;
    try {
      this.#mark = await read();
    } catch (error) {
      // What runs goes on, as it does while the registry cannot be reached.
      console.error(`kill switches could not be read: ${describeError(error)}`);
    }
    return this.#mark;
  }
}

/** Of this isolate. */
export const killWatch = new KillWatch();
