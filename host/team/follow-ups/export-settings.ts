import { isObject } from "../../is-object.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { MAX_BATCH_LENGTH } from "../events/batch-length.ts";
import { wholeNumber } from "../whole-number.ts";

/** When a config's exportEvents is called, and for which events. */
export interface ExportSettings {
  /** Characters of the JSON of a batch's events. A single event may be larger. */
  length: number;
  /** Milliseconds that the first event of a batch waits for others. */
  waitMs: number;
  /** Names of events that are not exported. */
  ignored: ReadonlySet<string>;
}

const MIB = 1024 * 1024;
/** PostHog's, of which less is given: see MAX_BATCH_LENGTH. */
const LENGTH = { min: 1, max: 100 * MIB, otherwise: MIB };
const SECONDS = { min: 1, max: 600, otherwise: 10 };

/** Asked for with every event, and some lists of names are long. */
const known = new WeakMap<object, ExportSettings>();

/** Reads the keys that PostHog reads: exportEventsBufferBytes, exportEventsBufferSeconds and exportEventsToIgnore. */
export function exportSettings(config: Pick<PluginConfig, "config">): ExportSettings {
  const settings = known.get(config) ?? read(config);
  known.set(config, settings);
  return settings;
}

function read({ config }: Pick<PluginConfig, "config">): ExportSettings {
  const values = isObject(config) ? config : {};
  const ignored = values["exportEventsToIgnore"];
  return {
    length: Math.min(wholeNumber(values["exportEventsBufferBytes"], LENGTH), MAX_BATCH_LENGTH),
    waitMs: wholeNumber(values["exportEventsBufferSeconds"], SECONDS) * 1000,
    ignored: new Set(typeof ignored === "string" ? ignored.split(",").map((name) => name.trim()) : []),
  };
}
