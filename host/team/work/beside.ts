import type { Budget } from "./budget.ts";
import { earliest } from "./earliest.ts";
import type { Sideline } from "./sideline.ts";

/** What goes on beside the events. An alarm begins it, and does not wait for its end: it is still under way in the next. */
export class Beside {
  readonly #sidelines: readonly Sideline[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];

  constructor(sidelines: readonly Sideline[]) {
    this.#sidelines = sidelines;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  get hasFailed(): boolean {
    return this.#failures.length > 0;
  }

  /** When there is something to start next: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    return this.#sidelines.reduce<number | null>((due, sideline) => earliest(due, sideline.nextDue()), null);
  }

  /** Starts all that is due, as long as there is a budget for it. @param isSuspicious whether anything may have been the end of the last run */
  startDue(budget: Budget, isSuspicious: boolean): void {
    for (const sideline of this.#sidelines)
      while (budget.isLeft) {
        const task = sideline.start(budget, isSuspicious);
        if (!task) break;
        this.#track(task);
      }
  }

  /** Waits until something of it has ended, a ring comes, or so many milliseconds are over. */
  async untilNews(rung: Promise<void>, waitMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([...this.#underWay, rung, time]);
    if (timer !== undefined) clearTimeout(timer);
  }

  /** Waits for the end of all. */
  async end(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Throws what something of it has failed with, once. */
  throwFailure(): void {
    if (this.hasFailed) throw this.#failures.shift();
  }

  #track(task: Promise<void>): void {
    const ended = task
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => void this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }
}
