import { describeError } from "../describe-error.ts";
import type { Message } from "../event.ts";
import { MissingBodyError } from "./bodies.ts";
import type { Bodies } from "./bodies.ts";
import type { Budget } from "./budget.ts";
import { planCall } from "./follow-up-call.ts";
import type { FollowUpEnd } from "./follow-up-end.ts";
import type { FollowUp, FollowUps } from "./follow-ups.ts";
import type { Plugin } from "./plugin.ts";
import type { Sideline } from "./sideline.ts";
import type { TeamPlugins } from "./team-plugins.ts";
import { Turns } from "./turns.ts";

export interface FollowUpRunnerDeps {
  followUps: FollowUps;
  bodies: Bodies;
  end: FollowUpEnd;
  plugins: TeamPlugins;
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
    return dueAt === null ? null : Math.max(dueAt, this.#restUntil);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const { followUps, now } = this.#deps;
    if (this.#busy.size >= MAX_CONFIGS || now() < this.#restUntil) return null;
    const configId = followUps.dueConfig(now(), [...this.#busy]);
    if (configId === undefined) return null;
    this.#busy.add(configId);
    return this.#makeAll(configId, budget, isSuspicious).finally(() => this.#busy.delete(configId));
  }

  /** Makes the export of a config that still takes events, with a plugin that is about to leave for good. */
  async flush(plugin: Plugin): Promise<void> {
    const { followUps, now } = this.#deps;
    const open = followUps.openExport(plugin.config.id);
    if (!open) return;
    followUps.close(plugin.config.id, now());
    const row = followUps.byId(open.id);
    if (row) await this.#make(row, plugin);
  }

  async #makeAll(configId: number, budget: Budget, isSuspicious: boolean): Promise<void> {
    const { now, plugins } = this.#deps;
    const turns = new Turns(now);
    try {
      while (budget.isLeft) {
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
      if (row.function === "exportEvents") await end.abandon(row, await this.#read(row), GONE);
      else await end.discardCalls(configId);
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
    const messages = await this.#read(row);
    if (messages.length === 0) {
      await end.abandon(row, [], LOST);
      return 0;
    }
    const result = await plugin.call(planCall(row, messages));
    await end.settle(row, plugin, messages, result);
    return result.outcome.fuel;
  }

  /** The events of a follow-up, without those that were lost in R2, which do not come back. */
  async #read(row: FollowUp): Promise<Message[]> {
    const messages: Message[] = [];
    for (const stored of this.#deps.followUps.eventsOf(row.id))
      try {
        messages.push(JSON.parse(await this.#deps.bodies.get(stored)) as Message);
      } catch (error) {
        if (!(error instanceof MissingBodyError)) throw error;
        console.error(`${row.function} ${row.id} goes without an event: ${error.message}`);
      }
    return messages;
  }
}

const GONE = "the plugin config is gone or disabled";
const LOST = "the events were lost before the call could be made";
