import type { UnderWay } from "./under-way.ts";

/** How long events, or a change of configuration, wait for what goes on beside them in a plugin: milliseconds. */
export const PATIENCE_MS = 1_000;

/**
 * How long the events of a plugin wait for what goes on beside them: a second in all, until that has come to rest. Each of them waiting a second
 * would be a queue without end, where one job follows another.
 */
export class Patience {
  readonly #beside: UnderWay;
  readonly #now: () => number;
  #waited = 0;
  #isOver = false;

  constructor(beside: UnderWay, now: () => number) {
    this.#beside = beside;
    this.#now = now;
  }

  /** Waits as long as it may. @returns whether the plugin is the events' own now */
  async lasts(): Promise<boolean> {
    const isAtWork = this.#waited > 0 || this.#isOver;
    if (isAtWork ? await this.#beside.isAtRest() : this.#beside.isIdle) {
      this.#waited = 0;
      this.#isOver = false;
    } else if (!this.#isOver) {
      const since = this.#now();
      this.#isOver = !(await this.#beside.isIdleWithin(Math.max(PATIENCE_MS - this.#waited, 0)));
      this.#waited += this.#now() - since;
    }
    return !this.#isOver;
  }
}
