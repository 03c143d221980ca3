/** Steps, and fuel, after which other requests to the object get their turn; a tenth of a second of CPU at most. */
const STEPS_PER_TURN = 16;
const FUEL_PER_TURN = 40_000_000;

/** Lets requests in between the steps of an alarm: calls of plugins that wait for nothing leave no gap of their own. */
export class Turns {
  #steps = 0;
  #fuel = 0;

  async after(fuel: number): Promise<void> {
    this.#steps++;
    this.#fuel += fuel;
    if (this.#steps < STEPS_PER_TURN && this.#fuel < FUEL_PER_TURN) return;
    this.#steps = 0;
    this.#fuel = 0;
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
  }
}
