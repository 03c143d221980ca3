import type { Budget } from "./budget.ts";

/** Work that goes on beside the events: it waits for others, and they do not wait for it. */
export interface Sideline {
  /** When there is something to start next: milliseconds since the epoch, or null for never, as when all that is due is under way. */
  nextDue(): number | null;
  /**
   * Starts what is due.
   * @param isSuspicious whether the last run ended in the middle: anything may have been its end
   * @returns its end; null when there is nothing to start. It goes on until nothing is due any more, or the budget is used up
   */
  start(budget: Budget, isSuspicious: boolean): Promise<void> | null;
}
