/** Steps, and fuel, after which others get their turn; a tenth of a second of CPU at most. */
const STEPS_PER_TURN = 64;
const FUEL_PER_TURN = 40_000_000;
/** Milliseconds after which they do when plugins wait for something. */
const MS_PER_TURN = 100;

/**
 * Divides the steps of an alarm into turns. In between, other requests to the object are let in: calls of plugins that
 * wait for nothing leave no gap of their own.
 */
export class Turns {
  readonly #now: () => number;
  #steps = 0;
  #fuel = 0;
  #startedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** @returns whether the step was the last of a turn */
  async after(fuel: number): Promise<boolean> {
    this.#steps++;
    this.#fuel += fuel;
    const isOver =
      this.#steps >= STEPS_PER_TURN || this.#fuel >= FUEL_PER_TURN || this.#now() - this.#startedAt >= MS_PER_TURN;
    if (!isOver) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    this.#steps = 0;
    this.#fuel = 0;
    this.#startedAt = this.#now();
    return true;
  }
}
