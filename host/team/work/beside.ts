import type { Budget } from "./budget.ts";
import type { Sideline } from "./sideline.ts";

/** The longest that a timer is set to, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** What goes on beside the events of one alarm. */
export class Beside {
  readonly #sidelines: readonly Sideline[];
  readonly #budget: Budget;
  readonly #isSuspicious: boolean;
  readonly #underWay = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];

  constructor(sidelines: readonly Sideline[], budget: Budget, isSuspicious: boolean) {
    this.#sidelines = sidelines;
    this.#budget = budget;
    this.#isSuspicious = isSuspicious;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  get hasFailed(): boolean {
    return this.#failures.length > 0;
  }

  /** Starts all that is due. */
  startDue(): void {
    for (const sideline of this.#sidelines)
      for (let task = this.#start(sideline); task; task = this.#start(sideline)) this.#track(task);
  }

  /** Waits until something of it has ended, a ring comes, or so many milliseconds are over. */
  async untilNews(rung: Promise<void>, waitMs: number | undefined): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const time = new Promise<void>((resolve) => {
      if (waitMs !== undefined) timer = setTimeout(resolve, Math.min(waitMs, LONGEST_WAIT_MS));
    });
    await Promise.race([...this.#underWay, rung, time]);
    if (timer !== undefined) clearTimeout(timer);
  }

  /** Waits for the end of all. Throws what the first of them failed with. */
  async end(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.hasFailed) throw this.#failures[0];
  }

  #start(sideline: Sideline): Promise<void> | null {
    return this.#budget.isLeft ? sideline.start(this.#budget, this.#isSuspicious) : null;
  }

  #track(task: Promise<void>): void {
    const ended = task
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => void this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }
}
