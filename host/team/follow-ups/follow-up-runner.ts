import { describeError } from "../../describe-error.ts";
import { MissingBodyError } from "../bodies.ts";
import type { Bodies } from "../bodies.ts";
import type { Budget } from "../work/budget.ts";
import { planCall } from "./follow-up-call.ts";
import type { FollowUpEnd } from "./follow-up-end.ts";
import { readItem } from "./follow-up-item.ts";
import type { FollowUpItem } from "./follow-up-item.ts";
import { isBatch } from "./follow-ups.ts";
import type { FollowUp, FollowUps } from "./follow-ups.ts";
import type { Meter } from "../quotas/meter.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { Sideline } from "../work/sideline.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import { Turns } from "../work/turns.ts";

export interface FollowUpRunnerDeps {
  followUps: FollowUps;
  bodies: Bodies;
  end: FollowUpEnd;
  plugins: TeamPlugins;
  meter: Meter;
  now(): number;
}

/** Configs whose follow-ups are made at a time. */
const MAX_CONFIGS = 6;

/** How long follow-ups rest after a failure of the host, such as a registry that cannot be reached. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** Makes the follow-ups that are due, at least once: those of one config one after another, and those of several beside each other. */
export class FollowUpRunner implements Sideline {
  readonly #deps: FollowUpRunnerDeps;
  readonly #busy = new Set<number>();
  #restUntil = 0;

  constructor(deps: FollowUpRunnerDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    if (this.#busy.size >= MAX_CONFIGS) return null;
    const dueAt = this.#deps.followUps.nextDue([...this.#busy]);
    return dueAt === null ? null : Math.max(dueAt, this.#opensAt);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const { followUps, now } = this.#deps;
    if (this.#busy.size >= MAX_CONFIGS || now() < this.#opensAt) return null;
    const configId = followUps.dueConfig(now(), [...this.#busy]);
    if (configId === undefined) return null;
    this.#busy.add(configId);
    return this.#makeAll(configId, budget, isSuspicious).finally(() => this.#busy.delete(configId));
  }

  /**
   * Makes the batches of a config that still take more, with a plugin that is about to leave. Another revision of the config takes its
   * export, but a buffer may not be the same one there.
   */
  async flush(plugin: Plugin, isReplaced: boolean): Promise<void> {
    const { followUps, now } = this.#deps;
    for (const row of followUps.closeAll(plugin.config.id, now()))
      if (!isReplaced || row.function === "flushBuffer") await this.#make(row, plugin);
  }

  get #opensAt(): number {
    return Math.max(this.#restUntil, this.#deps.meter.opensAt("fuel_per_day"));
  }

  async #makeAll(configId: number, budget: Budget, isSuspicious: boolean): Promise<void> {
    const { now, plugins } = this.#deps;
    const turns = new Turns(now);
    try {
      while (budget.isLeft && now() >= this.#opensAt) {
        const fuel = await plugins.use((current) => this.#makeNext(configId, current, isSuspicious));
        if (fuel === null) return;
        budget.spend(fuel);
        await turns.after(fuel);
      }
    } catch (error) {
      console.error(`follow-ups rest: ${describeError(error)}`);
      this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
    }
  }

  /** @returns the fuel it took, or null when the config has none that is due */
  async #makeNext(configId: number, plugins: readonly Plugin[], isSuspicious: boolean): Promise<number | null> {
    const { followUps, end, now } = this.#deps;
    const row = followUps.take(configId, now());
    if (!row) return null;
    const plugin = plugins.find(({ config }) => config.id === configId);
    if (!plugin) {
      if (isBatch(row.function)) await end.abandon(row, await this.#read(row), GONE);
      else await end.discardCalls(configId);
      return 0;
    }
    if (plugin.config.closed !== undefined) {
      end.putOff(row);
      return 0;
    }
    // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
    if (isSuspicious) end.retry(row);
    try {
      return await this.#make(row, plugin);
    } catch (error) {
      // The host failed on it, not the plugin: it waits, so that those behind it do not.
      console.error(`${row.function} ${row.id} is put off: ${describeError(error)}`);
      end.retry(row);
      return 0;
    }
  }

  async #make(row: FollowUp, plugin: Plugin): Promise<number> {
    const { end } = this.#deps;
    const items = await this.#read(row);
    if (items.length === 0) {
      await end.abandon(row, [], LOST);
      return 0;
    }
    const result = await plugin.call(planCall(row, items));
    await end.settle(row, plugin, items, result);
    return result.outcome.fuel;
  }

  /** The events or objects of a follow-up, without those that were lost in R2, which do not come back. */
  async #read(row: FollowUp): Promise<FollowUpItem[]> {
    const items: FollowUpItem[] = [];
    for (const stored of this.#deps.followUps.itemsOf(row.id))
      try {
        items.push(readItem(row.function, await this.#deps.bodies.get(stored)));
      } catch (error) {
        if (!(error instanceof MissingBodyError)) throw error;
        console.error(`${row.function} ${row.id} goes without one of its events or objects: ${error.message}`);
      }
    return items;
  }
}

const GONE = "the plugin config is gone or disabled";
const LOST = "the events were lost before the call could be made";
