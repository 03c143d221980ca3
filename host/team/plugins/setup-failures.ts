import type { Outcome } from "../../../runtime/outcome.ts";
import type { TimedOutcome } from "../insight/timed-outcome.ts";
import type { FailedSetup, KnownFailures } from "./failed-setups.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { wholeNumber } from "../whole-number.ts";

/** `setupPlugin`, or the script itself, failed: nothing can be asked of the plugin for now. */
export class SetupFailure extends Error {
  override readonly name = "SetupFailure";
  readonly outcome: TimedOutcome;

  constructor(outcome: TimedOutcome) {
    super(outcome.message ?? outcome.kind);
    this.outcome = outcome;
  }
}

/** First pause after a failed setup, in milliseconds; it doubles with each failure, as in PostHog, up to an hour. */
const FIRST_PAUSE = 3_000;
const LONGEST_PAUSE = 60 * 60 * 1000;

/** How often in a row a plugin is set up that cannot be, as its config says in the key `setupAttempts`; PostHog's ten otherwise. */
const ATTEMPTS = { min: 1, max: 1_000, otherwise: 10 };

/** How often the setup of a plugin failed in a row, and when it is worth another attempt. */
export class SetupFailures {
  readonly #config: PluginConfig;
  readonly #known: KnownFailures;
  #last: FailedSetup | undefined;

  /** @param known those of the team's plugins, in an earlier life of its object too */
  constructor(config: PluginConfig, known: KnownFailures) {
    const last = known.get(config.id);
    this.#config = config;
    this.#known = known;
    this.#last = last?.revision === config.revision ? last : undefined;
  }

  /** The failure that still holds at a time; undefined when setup may be tried. */
  at(now: number): SetupFailure | undefined {
    if (!this.#last) return undefined;
    const { retryAt, outcome } = this.#last;
    return retryAt === null || now < retryAt ? new SetupFailure(outcome) : undefined;
  }

  /** @returns the failure, and the pause that follows in milliseconds: null after the last attempt */
  note(outcome: Outcome, now: number): { failure: SetupFailure; pause: number | null } {
    const { id, revision } = this.#config;
    const attempts = (this.#last?.attempts ?? 0) + 1;
    const isLast = attempts >= setupAttempts(this.#config);
    const pause = isLast ? null : Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
    // After the last attempt nothing is going to be retried any more.
    const told: Outcome = isLast && outcome.kind === "retry" ? { ...outcome, kind: "threw" } : outcome;
    this.#last = { revision, attempts, retryAt: pause === null ? null : now + pause, outcome: told };
    this.#known.set(id, this.#last);
    return { failure: new SetupFailure(told), pause };
  }

  forget(): void {
    this.#last = undefined;
    this.#known.forget(this.#config.id);
  }
}

const setupAttempts = ({ config }: PluginConfig): number => wholeNumber(config["setupAttempts"], ATTEMPTS);
