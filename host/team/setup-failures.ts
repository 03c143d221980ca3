import type { Outcome } from "../../runtime/outcome.ts";

/** `setupPlugin`, or the script itself, failed: nothing can be asked of the plugin for now. */
export class SetupFailure extends Error {
  override readonly name = "SetupFailure";
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.message ?? outcome.kind);
    this.outcome = outcome;
  }
}

/** First pause after a failed setup, in milliseconds; it doubles with each failure, as in PostHog. */
const FIRST_PAUSE = 3_000;
const MAX_ATTEMPTS = 10;

/** How often the setup of a plugin failed in a row, and when it is worth another attempt. */
export class SetupFailures {
  #attempts = 0;
  #retryAt = 0;
  #failure: SetupFailure | undefined;

  /** The failure that still holds at a time; undefined when setup may be tried. */
  at(now: number): SetupFailure | undefined {
    return now < this.#retryAt ? this.#failure : undefined;
  }

  /** @returns the failure, and the pause that follows in milliseconds: infinite after the last attempt */
  note(outcome: Outcome, now: number): { failure: SetupFailure; pause: number } {
    this.#attempts++;
    const isLast = this.#attempts >= MAX_ATTEMPTS;
    const pause = isLast ? Number.POSITIVE_INFINITY : FIRST_PAUSE * 2 ** (this.#attempts - 1);
    this.#retryAt = now + pause;
    // After the last attempt nothing is going to be retried any more.
    this.#failure = new SetupFailure(isLast && outcome.kind === "retry" ? { ...outcome, kind: "threw" } : outcome);
    return { failure: this.#failure, pause };
  }

  forget(): void {
    this.#attempts = 0;
    this.#retryAt = 0;
    this.#failure = undefined;
  }
}
