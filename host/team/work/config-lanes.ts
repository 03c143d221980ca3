import { describeError } from "../../describe-error.ts";
import type { Meter } from "../quotas/meter.ts";
import type { DailyQuota } from "../quotas/quotas.ts";
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
  /** Configs that are worked for at a time; six without it. */
  maxConfigs?: number;
  /** What the work takes of the team's day, fuel without it: where nothing is left of that, all of it waits for another day. */
  quotas?: readonly DailyQuota[];
  meter: Pick<Meter, "opensAt">;
  now(): number;
}

/** How long the work rests after a failure of the host, such as a registry that cannot be reached. */
export const HOST_FAILURE_PAUSE_MS = 5_000;

/** Does work beside the events: that of one config one after another, and that of several beside each other, whoever has waited longest first. */
export class ConfigLanes implements Sideline {
  readonly #options: Required<ConfigLanesOptions>;
  readonly #busy = new Set<number>();
  /** Configs that nothing is begun for, until when. Not stored: a new object finds out anew. */
  readonly #resting = new Map<number, number>();
  #restUntil = 0;

  constructor(options: ConfigLanesOptions) {
    this.#options = { maxConfigs: 6, quotas: ["fuel_per_day"], ...options };
  }

  nextDue(): number | null {
    if (this.#busy.size >= this.#options.maxConfigs) return null;
    const dueAt = earliest(this.#options.queue.nextDue(this.#leftOut()), this.#nextWaking());
    return dueAt === null ? null : Math.max(dueAt, this.#opensAt);
  }

  /** Begins nothing for a config before a time, in milliseconds since the epoch. */
  rest(configId: number, until: number): void {
    this.#resting.set(configId, until);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const configId = this.#next();
    return configId === undefined ? null : this.#workFrom(configId, budget, isSuspicious);
  }

  /** The config that has waited longest, where there is room for one more. */
  #next(): number | undefined {
    const { maxConfigs, queue, now } = this.#options;
    if (this.#busy.size >= maxConfigs || now() < this.#opensAt) return undefined;
    return queue.dueConfig(now(), this.#leftOut());
  }

  get #opensAt(): number {
    const { meter, quotas } = this.#options;
    return Math.max(this.#restUntil, meter.opensAt(...quotas));
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

  /** Does one step after the other, each for the config that has waited longest: those that have much to do let the others in. */
  async #workFrom(first: number, budget: Budget, isSuspicious: boolean): Promise<void> {
    const { step, now, what } = this.#options;
    const turns = new Turns(now);
    for (let id: number | undefined = first; id !== undefined; id = budget.isLeft ? this.#next() : undefined) {
      this.#busy.add(id);
      try {
        const fuel = (await step(id, isSuspicious)) ?? 0;
        budget.spend(fuel);
        await turns.after(fuel);
      } catch (error) {
        console.error(`${what} rest: ${describeError(error)}`);
        this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
      } finally {
        this.#busy.delete(id);
      }
    }
  }
}
