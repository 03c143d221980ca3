/**
 * What a plugin's author imports: `import type { Plugin, PluginEvent, PluginMeta } from "hoglet"`.
 * These are types alone. The classes and functions that a plugin calls are globals (`hoglet/globals`).
 */
export type { ConsoleExtension } from "./console.js";
export type { CacheExtension, CacheOptions } from "./cache.js";
export type { Element, PluginEvent, PluginPerson, PostHogEvent, ProcessedPluginEvent, Properties } from "./event.js";
export type { City, GeoIPExtension, GeoName } from "./geoip.js";
export type { JobControls, JobOptions, TimeUnit } from "./jobs.js";
export type {
  CapabilityGrants,
  Injection,
  PluginConfigChoice,
  PluginConfigCondition,
  PluginConfigDefault,
  PluginConfigSchema,
  PluginConfigStructure,
  PluginManifest,
} from "./manifest.js";
export type { BasePluginMeta, Meta, PluginAttachment, PluginInput, PluginMeta } from "./meta.js";
export type {
  AllowedMetricsOperations,
  FullMetricsControls,
  MetricsControls,
  MetricsControlsIncrement,
  MetricsControlsMax,
  MetricsControlsMin,
  MetricsOperation,
} from "./metrics.js";
export type { Plugin, PluginSettings, Webhook } from "./plugin.js";
export type { ApiExtension, ApiMethodOptions, ApiResponse, PostHogExtension } from "./posthog.js";
export type { RequestExtension } from "./request.js";
export type { CursorUtils, StorageExtension, UtilsExtension } from "./storage.js";
