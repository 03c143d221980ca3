import type { Outcome } from "../../../runtime/outcome.ts";
import { Snapshots } from "../../../runtime/snapshots.ts";
import { readWebhook, type Webhook } from "../../../runtime/webhook.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import { RequestRate } from "../../capabilities/request-rate.ts";
import type { PlatformFetch } from "../../capabilities/fetch-send.ts";
import type { JsonObject, Message } from "../../event.ts";
import { batchingOfConfig } from "../events/batching.ts";
import { process, PROCESSORS } from "../events/process-event.ts";
import type { LogEntry } from "../insight/log.ts";
import type { TimedOutcome } from "../insight/timed-outcome.ts";
import { closedBy } from "../plugins/closed.ts";
import { NOTHING_KNOWN } from "../plugins/failed-setups.ts";
import { addRequests, noRequests, type Requests } from "../plugins/invocation.ts";
import type { PluginCall } from "../plugins/plugin-calls.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { PluginDeps } from "../plugins/plugin-sandbox.ts";
import { Plugin } from "../plugins/plugin.ts";
import { Turns } from "../work/turns.ts";
import type { ScratchState, Written } from "./scratch-state.ts";

/** What a trial takes of the team's own. */
export type TrialDeps = Pick<
  PluginDeps,
  "image" | "files" | "keys" | "pool" | "rate" | "traffic" | "meter" | "account" | "loopback" | "locate" | "now"
> & {
  state: ScratchState;
  fetch: PlatformFetch;
};

/** An event, and what a plugin made of it. */
export interface Tried {
  before: JsonObject;
  /** Null when it was dropped. As it was before, when the plugin failed on it. */
  after: JsonObject | null;
  outcome: TimedOutcome;
}

/** What another call came to. */
export interface Called {
  outcome: TimedOutcome;
  /** JSON; null for nothing. */
  returned: string | null;
  /** The request that composeWebhook asked for. */
  webhook: Webhook | null;
}

/** What is not sent counts neither against what a config may send nor among what it has sent. */
export const UNCOUNTED = (): Pick<TrialDeps, "rate" | "traffic"> => ({
  rate: new RequestRate(),
  traffic: { note: () => undefined },
});

const MAX_LOGS = 1000;

/** Fuel after which nothing more is begun: about five seconds of CPU. */
export const MAX_TRIAL_FUEL = 2_000_000_000;
/** Milliseconds after which nothing more is begun. */
const MAX_TRIAL_MS = 60_000;

/**
 * A plugin that is tried: in a sandbox of its own, with all limits in force, over a state that it cannot write. Between its calls others in
 * the isolate have their turn.
 */
export class Trial {
  readonly logs: LogEntry[] = [];
  readonly plugin: Plugin;
  /** Fuel of all calls, but for the setup. */
  fuel = 0;
  readonly #meter: TrialDeps["meter"];
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #state: ScratchState;
  readonly #turns: Turns;
  #asked = noRequests();

  constructor(config: PluginConfig, deps: TrialDeps) {
    const { meter, now, state } = deps;
    this.#meter = meter;
    this.#now = now;
    this.#startedAt = now();
    this.#state = state;
    this.#turns = new Turns(now);
    this.plugin = new Plugin(config, {
      ...deps,
      poolPrefix: `dry-run/${crypto.randomUUID()}`,
      snapshots: new Snapshots(0),
      failedSetups: NOTHING_KNOWN,
      askOwnerToRetire: () => this.plugin.discard(),
      log: { write: (entry) => void (this.logs.length < MAX_LOGS && this.logs.push(entry)) },
      shared: state,
      cache: { run: (commands) => state.runCache(commands) },
      jobs: { pendingOf: () => 0 },
      metrics: { namesOf: () => [] },
      recordings: { keep: () => undefined },
      onLifecycle: async (_plugin, _outcome, requests) => addRequests(this.#asked, requests),
    });
  }

  /** @returns how the setup failed; null when it did not, and for a plugin that does not run at all, which its calls tell */
  async setUp(): Promise<Outcome | null> {
    return closedBy(this.plugin.config, this.#meter) === undefined ? this.plugin.retrySetup() : null;
  }

  /** Whether nothing more is to be begun. */
  get isSpent(): boolean {
    return this.fuel >= MAX_TRIAL_FUEL || this.#now() - this.#startedAt >= MAX_TRIAL_MS;
  }

  async has(name: HandlerName): Promise<boolean> {
    return (await this.plugin.firstOf([name], 0)) !== undefined;
  }

  /** Has the plugin process events, together where its function takes a batch: as many as there is fuel for, and none without such a function. */
  async process(messages: readonly Message[], wanted?: HandlerName): Promise<Tried[]> {
    const name = wanted ?? (await this.plugin.firstOf(PROCESSORS, 0));
    if (name === undefined) return [];
    const size = name === "processEventBatch" ? batchingOfConfig(this.plugin.config).size : 1;
    const tried: Tried[] = [];
    for (let i = 0; i < messages.length && !this.isSpent; i += size)
      tried.push(...(await this.#process(name, messages.slice(i, i + size))));
    return tried;
  }

  async #process(name: HandlerName, messages: readonly Message[]): Promise<Tried[]> {
    const events = messages.map((message) => {
      const json = JSON.stringify(message.event);
      return { json, message: { ...message, event: structuredClone(message.event) }, size: json.length };
    });
    const { outcome, each, requests, added } = await process(this.plugin, name, events);
    await this.#count(outcome, requests);
    this.#asked.captured.push(...added);
    const { results: _, ...own } = outcome;
    return events.map(({ json }, i) => {
      const before = JSON.parse(json) as JsonObject;
      const { kind, event } = each[i] ?? { kind: outcome.kind, event: null };
      const after = kind === "ok" ? event : kind === "dropped" ? null : before;
      return { before, after, outcome: { ...own, kind } };
    });
  }

  async call(call: PluginCall): Promise<Called> {
    const { outcome, json, requests } = await this.plugin.call(call);
    await this.#count(outcome, requests);
    const webhook = call.function === "composeWebhook" && outcome.kind === "ok" ? readWebhook(json ?? undefined) : null;
    return { outcome, returned: json, webhook: typeof webhook === "string" ? null : webhook };
  }

  /** What its calls have asked for since the last time. */
  takeAsked(): Requests {
    const asked = this.#asked;
    this.#asked = noRequests();
    return asked;
  }

  get written(): Written {
    return this.#state.written;
  }

  /** Throws the sandbox away. */
  end(): Promise<void> {
    return this.plugin.discard();
  }

  async #count({ fuel }: Outcome, requests: Requests): Promise<void> {
    this.fuel += fuel;
    addRequests(this.#asked, requests);
    await this.#turns.after(fuel);
  }
}
