import type { CacheExtension } from "./cache.js";
import type { GeoIPExtension } from "./geoip.js";
import type { JobControls, JobOptions, MetaJobsFromJobOptions } from "./jobs.js";
import type { AllowedMetricsOperations, FullMetricsControls, MetaMetricsFromMetricsOptions } from "./metrics.js";
import type { RequestExtension } from "./request.js";
import type { StorageExtension, UtilsExtension } from "./storage.js";

/** What a plugin says of its own parts. Whatever is left out may be anything. */
export interface PluginInput {
  /** By the keys of `config` in plugin.json. */
  config?: Record<string, any>;
  /** By the keys of those config fields whose type is `attachment`. */
  attachments?: Record<string, PluginAttachment | undefined>;
  global?: Record<string, any>;
  /** The payload of each job. */
  jobs?: Record<string, JobOptions>;
  /** The kind of each metric: `"sum"`, `"max"` or `"min"`. */
  metrics?: Record<string, AllowedMetricsOperations>;
}

/** A file that was uploaded for a config field. */
export interface PluginAttachment {
  content_type: string;
  file_name: string;
  /** A Buffer with the file's bytes. */
  contents: any;
}

/** What every function of every plugin gets as its last argument. */
export interface BasePluginMeta {
  /** The plugin's settings, as they were saved for this team: text, unless the plugin changed its copy. */
  config: Record<string, any>;
  attachments: Record<string, PluginAttachment | undefined>;
  /** For what functions share in memory. It may be empty again at any call: keep nothing here that must last. */
  global: Record<string, any>;
  cache: CacheExtension;
  storage: StorageExtension;
  geoip: GeoIPExtension;
  jobs: Record<string, (payload: any) => JobControls>;
  metrics: Record<string, Partial<FullMetricsControls>>;
  utils: UtilsExtension;
  /** What is known of the request that brought the event. */
  request: RequestExtension;
}

/** `meta` of a plugin that says what is its own: `Meta<{ config: { apiKey: string } }>`. */
export interface Meta<Input extends PluginInput = {}> extends BasePluginMeta {
  config: Input["config"] extends Record<string, any> ? Input["config"] : Record<string, any>;
  attachments: Input["attachments"] extends Record<string, PluginAttachment | undefined>
    ? Input["attachments"]
    : Record<string, PluginAttachment | undefined>;
  global: Input["global"] extends Record<string, any> ? Input["global"] : Record<string, any>;
  jobs: Input["jobs"] extends Record<string, JobOptions>
    ? MetaJobsFromJobOptions<Input["jobs"]>
    : Record<string, (payload?: any) => JobControls>;
  metrics: Input["metrics"] extends Record<string, AllowedMetricsOperations>
    ? MetaMetricsFromMetricsOptions<Input["metrics"]>
    : Record<string, FullMetricsControls>;
}

/** `meta` by whatever is at hand: a `Plugin` type, its input, or nothing at all. */
export type PluginMeta<T = {}> = "__internalMeta" extends keyof T
  ? NonNullable<T["__internalMeta"]>
  : T extends PluginInput
    ? Meta<T>
    : never;
