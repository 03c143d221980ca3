import type { Outcome } from "../../../runtime/outcome.ts";
import type { Facts } from "../facts.ts";
import { redactOutcome } from "./redact-outcome.ts";

/** What is known of a plugin that could not be set up. */
export interface FailedSetup {
  /** Of the config: another one starts anew. */
  revision: string;
  /** How often in a row. */
  attempts: number;
  /** When it is worth another attempt: milliseconds since the epoch; null for never. */
  retryAt: number | null;
  outcome: Outcome;
}

/** Where failed setups are known. */
export type KnownFailures = Pick<FailedSetups, "get" | "set" | "forget">;

/** For a sandbox that its plugin can do without. */
export const NOTHING_KNOWN: KnownFailures = { get: () => undefined, set: () => undefined, forget: () => undefined };

/** The plugins that could not be set up, so that a restart of the team's object gives none more attempts. */
export class FailedSetups {
  readonly #facts: Facts;
  readonly #redact: (text: string) => string;

  /** @param redact takes secrets out of what is kept */
  constructor(facts: Facts, redact: (text: string) => string) {
    this.#facts = facts;
    this.#redact = redact;
  }

  get(pluginConfigId: number): FailedSetup | undefined {
    return this.#all[pluginConfigId];
  }

  set(pluginConfigId: number, failed: FailedSetup): void {
    const kept = { ...failed, outcome: redactOutcome(failed.outcome, this.#redact) };
    this.#facts.set("failedSetups", { ...this.#all, [pluginConfigId]: kept });
  }

  forget(pluginConfigId: number): void {
    const { [pluginConfigId]: known, ...others } = this.#all;
    if (known) this.#facts.set("failedSetups", others);
  }

  get #all(): Record<number, FailedSetup> {
    return this.#facts.get("failedSetups") ?? {};
  }
}
