import { describeError } from "../../describe-error.ts";
import { MissingBodyError } from "../bodies.ts";
import type { Bodies } from "../bodies.ts";
import { planCall } from "./follow-up-call.ts";
import type { FollowUpEnd } from "./follow-up-end.ts";
import { readItem } from "./follow-up-item.ts";
import type { FollowUpItem } from "./follow-up-item.ts";
import { isBatch } from "./follow-ups.ts";
import type { FollowUp, FollowUps } from "./follow-ups.ts";
import type { Meter } from "../quotas/meter.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { CLOSED_PAUSE_MS } from "../plugins/plugin-config.ts";
import { ConfigLanes } from "../work/config-lanes.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";

export interface FollowUpRunnerDeps {
  followUps: FollowUps;
  bodies: Bodies;
  end: FollowUpEnd;
  plugins: TeamPlugins;
  meter: Meter;
  now(): number;
}

/** Makes the follow-ups that are due, at least once: those of one config one after another, and those of several beside each other. */
export class FollowUpRunner {
  /** Where the work goes on, beside the events. */
  readonly lanes: ConfigLanes;
  readonly #deps: FollowUpRunnerDeps;

  constructor(deps: FollowUpRunnerDeps) {
    const { followUps, meter, plugins, now } = deps;
    this.#deps = deps;
    this.lanes = new ConfigLanes({
      what: "follow-ups",
      queue: followUps,
      step: (configId, isSuspicious) =>
        plugins.begin(configId, (plugin) => this.#makeNext(configId, plugin, isSuspicious)),
      meter,
      now,
    });
  }

  /**
   * Has a plugin that is about to leave make its batches that still take more, when nothing is under way in it any more; from now on nobody else takes
   * them. Another revision of the config takes its export, but a buffer may not be the same one there.
   */
  async leave(plugin: Plugin, isReplaced: boolean): Promise<void> {
    const { followUps, now } = this.#deps;
    const { config } = plugin;
    if (isReplaced) followUps.handOver(config, now());
    followUps.reserve(config);
    try {
      await plugin.idle();
      if (plugin.isStopped) return;
      for (const row of followUps.closeAll(config, now())) if (!plugin.isStopped) await this.#make(row, plugin);
    } finally {
      followUps.release(config);
    }
  }

  /** @returns the fuel it took, or null when the config has none that is due */
  async #makeNext(configId: number, plugin: Plugin | undefined, isSuspicious: boolean): Promise<number | null> {
    const { followUps, end, now } = this.#deps;
    if (plugin?.config.closed !== undefined) {
      this.lanes.rest(configId, now() + CLOSED_PAUSE_MS);
      return null;
    }
    const row = followUps.take(configId, now());
    if (!row) return null;
    if (!plugin) {
      if (isBatch(row.function)) await end.abandon(row, await this.#read(row), GONE);
      else await end.discardCalls(configId);
      return 0;
    }
    // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
    if (isSuspicious) end.retry(row);
    return this.#make(row, plugin);
  }

  /** @returns the fuel it took */
  async #make(row: FollowUp, plugin: Plugin): Promise<number> {
    try {
      return await this.#call(row, plugin);
    } catch (error) {
      // The host failed on it, not the plugin: it waits, so that those behind it do not.
      console.error(`${row.function} ${row.id} is put off: ${describeError(error)}`);
      this.#deps.end.retry(row);
      return 0;
    }
  }

  async #call(row: FollowUp, plugin: Plugin): Promise<number> {
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
