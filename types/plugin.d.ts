import type { PluginEvent, PostHogEvent, ProcessedPluginEvent } from "./event.js";
import type { Meta, PluginInput } from "./meta.js";
import type { AllowedMetricsOperations } from "./metrics.js";

/** An event, or nothing, which drops it. */
type EventResult = PluginEvent | null | undefined;
type BatchResult = (PluginEvent | null | undefined)[];

/**
 * The functions that a plugin may have. All are optional; `meta` comes last.
 *
 * `Input` names what is the plugin's own: `Plugin<{ config: { apiKey: string }, global: { token?: string } }>`.
 * A function is typed as a member: `export const processEvent: Plugin["processEvent"] = (event) => event`.
 */
export interface Plugin<Input extends PluginInput = {}> {
  /** Runs once before anything else. What it throws is shown to whoever configures the plugin. */
  setupPlugin?: (meta: Meta<Input>) => void | Promise<void>;
  /** Runs before the plugin is replaced, disabled or removed. */
  teardownPlugin?: (meta: Meta<Input>) => void | Promise<void>;
  /** Runs on every event. What it returns goes on; nothing drops the event. */
  processEvent?: (event: PluginEvent, meta: Meta<Input>) => EventResult | Promise<EventResult>;
  /** The same for several events at a time. Only runs where there is no `processEvent`. */
  processEventBatch?: (events: PluginEvent[], meta: Meta<Input>) => BatchResult | Promise<BatchResult>;
  /** Runs after all plugins have processed the event. */
  onEvent?: (event: ProcessedPluginEvent, meta: Meta<Input>) => void | Promise<void>;
  /** Gets processed events in batches, to send them elsewhere. Throw a `RetryError` to get a batch again. */
  exportEvents?: (events: ProcessedPluginEvent[], meta: Meta<Input>) => void | Promise<void>;
  /** Says which request to make for a processed event, if any. Hoglet makes it, and tries again when it fails. */
  composeWebhook?: (event: PostHogEvent, meta: Meta<Input>) => Webhook | null;
  getSettings?: (meta: Meta<Input>) => PluginSettings;
  runEveryMinute?: (meta: Meta<Input>) => void | Promise<void>;
  runEveryHour?: (meta: Meta<Input>) => void | Promise<void>;
  runEveryDay?: (meta: Meta<Input>) => void | Promise<void>;
  /** Others run when the `schedule` of plugin.json says. */
  [task: `runEvery${string}`]: ((meta: Meta<Input>) => void | Promise<void>) | undefined;
  /** Functions that `meta.jobs` starts, now or later. */
  jobs?: {
    [Name in keyof Meta<Input>["jobs"]]: (
      payload: Parameters<Meta<Input>["jobs"][Name]>[0],
      meta: Meta<Input>,
    ) => void | Promise<void>;
  };
  /** The metrics that the plugin writes, and how values of one are put together. */
  metrics?: { [Name in keyof Meta<Input>["metrics"]]: AllowedMetricsOperations };
  /** Where `PluginMeta` finds the plugin's `Input`. No plugin has it. */
  __internalMeta?: Meta<Input>;
}

/** A request for Hoglet to make. Without headers, the body is sent as JSON. */
export interface Webhook {
  url: string;
  body: string;
  headers?: Record<string, string>;
  /** POST when it is left out. */
  method?: "POST" | "GET" | "PUT" | "DELETE" | "PATCH";
}

export interface PluginSettings {
  handlesLargeBatches?: boolean;
}
