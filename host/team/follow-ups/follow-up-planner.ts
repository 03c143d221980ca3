import { isForPlugins } from "../../event.ts";
import type { Json, Message } from "../../event.ts";
import type { StoredBody } from "../bodies.ts";
import { exportSettings } from "./export-settings.ts";
import { EVENT_FUNCTIONS } from "./follow-ups.ts";
import type { EventFunction, FollowUps } from "./follow-ups.ts";
import type { Metrics } from "../insight/metrics.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";

/** A call that a processed event leaves to make. */
export interface LeftCall {
  config: PluginConfig;
  function: EventFunction;
}

/** What an event that has passed the plugins leaves to do. */
export function callsLeftBy(message: Message, configs: readonly PluginConfig[]): LeftCall[] {
  if (!isForPlugins(message)) return [];
  const { event } = message.event;
  return configs.flatMap((config) =>
    EVENT_FUNCTIONS.filter(
      (name) => config.methods.includes(name) && !(name === "exportEvents" && isIgnored(event, config)),
    ).map((name) => ({ config, function: name })),
  );
}

const isIgnored = (event: Json, config: PluginConfig): boolean =>
  typeof event === "string" && exportSettings(config).ignored.has(event);

/** Plans when the calls that processed events leave are made. */
export class FollowUpPlanner {
  readonly #followUps: FollowUps;
  readonly #metrics: Metrics;

  constructor({ followUps, metrics }: { followUps: FollowUps; metrics: Metrics }) {
    this.#followUps = followUps;
    this.#metrics = metrics;
  }

  /**
   * Plans the calls of one event, as part of the caller's transaction.
   * @param stored where the event is kept
   * @param length characters of the event's JSON
   * @param now milliseconds since the epoch
   */
  plan(calls: readonly LeftCall[], stored: StoredBody, length: number, now: number): void {
    if (calls.length === 0) return;
    const seq = this.#followUps.keep(stored);
    for (const { config, function: name } of calls)
      if (name === "exportEvents") this.#buffer(config, seq, length, now);
      else this.#followUps.add({ pluginConfigId: config.id, function: name, dueAt: now }, seq);
  }

  /** PostHog's buffer: a batch is full before an event that would make it too large, and after one that is. */
  #buffer(config: PluginConfig, seq: number, length: number, now: number): void {
    const limit = exportSettings(config);
    const { id: pluginConfigId, revision } = config;
    const open = this.#followUps.openBatch(config, null);
    this.#metrics.write({ pluginConfigId, name: "events_seen", operation: "increment", value: 1 });
    if (open && open.length + length <= limit.length)
      return this.#followUps.join({ ...open, length: open.length + length }, seq);
    if (open) this.#followUps.close(config, null, now);
    const isFull = length > limit.length;
    const batch = isFull ? { dueAt: now } : { dueAt: now + limit.waitMs, openLength: length, revision };
    return this.#followUps.add({ pluginConfigId, function: "exportEvents", ...batch }, seq);
  }
}
