import { describeError } from "../../describe-error.ts";
import type { Meter } from "../quotas/meter.ts";
import type { Budget } from "./budget.ts";
import type { Sideline } from "./sideline.ts";
import { earliest } from "./earliest.ts";
import { Turns } from "./turns.ts";

/** Work that is queued for the configs of a team. */
export interface ConfigQueue {
  /** When the next is due for any config but these: milliseconds since the epoch. */
  nextDue(except: readonly number[]): number | null;
  /** The config whose work has been due longest, but for these. */
  dueConfig(now: number, except: readonly number[]): number | undefined;
}

export interface ConfigLanesOptions {
  /** What is worked at, for the host's log. */
  what: string;
  queue: ConfigQueue;
  /** Does the next of a config's work. @returns the fuel it took, or null when the config has none that is due */
  step(pluginConfigId: number, isSuspicious: boolean): Promise<number | null>;
  /** Where nothing is left of the team's fuel, all of it waits for that of another day. */
  meter: Pick<Meter, "opensAt">;
  now(): number;
}

/** Configs that are worked for at a time. */
const MAX_CONFIGS = 6;

/** How long the work rests after a failure of the host, such as a registry that cannot be reached. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** Does work beside the events: that of one config one after another, and that of several beside each other. */
export class ConfigLanes implements Sideline {
  readonly #options: ConfigLanesOptions;
  readonly #busy = new Set<number>();
  /** Configs that nothing is begun for, until when. Not stored: a new object finds out anew. */
  readonly #resting = new Map<number, number>();
  #restUntil = 0;

  constructor(options: ConfigLanesOptions) {
    this.#options = options;
  }

  nextDue(): number | null {
    if (this.#busy.size >= MAX_CONFIGS) return null;
    const dueAt = earliest(this.#options.queue.nextDue(this.#leftOut()), this.#nextWaking());
    return dueAt === null ? null : Math.max(dueAt, this.#opensAt);
  }

  /** Begins nothing for a config before a time, in milliseconds since the epoch. */
  rest(configId: number, until: number): void {
    this.#resting.set(configId, until);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const { queue, now } = this.#options;
    if (this.#busy.size >= MAX_CONFIGS || now() < this.#opensAt) return null;
    const configId = queue.dueConfig(now(), this.#leftOut());
    if (configId === undefined) return null;
    this.#busy.add(configId);
    return this.#workFor(configId, budget, isSuspicious).finally(() => this.#busy.delete(configId));
  }

  get #opensAt(): number {
    return Math.max(this.#restUntil, this.#options.meter.opensAt("fuel_per_day"));
  }

  /** Configs that nothing is begun for at the moment. */
  #leftOut(): number[] {
    const now = this.#options.now();
    for (const [id, until] of this.#resting) if (until <= now) this.#resting.delete(id);
    return [...this.#busy, ...this.#resting.keys()];
  }

  #nextWaking(): number | null {
    return [...this.#resting.values()].reduce<number | null>(earliest, null);
  }

  async #workFor(configId: number, budget: Budget, isSuspicious: boolean): Promise<void> {
    const { step, now, what } = this.#options;
    const turns = new Turns(now);
    try {
      while (budget.isLeft && now() >= this.#opensAt) {
        const fuel = await step(configId, isSuspicious);
        if (fuel === null) return;
        budget.spend(fuel);
        await turns.after(fuel);
      }
    } catch (error) {
      console.error(`${what} rest: ${describeError(error)}`);
      this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
    }
  }
}
