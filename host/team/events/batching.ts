import { isObject } from "../../is-object.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { wholeNumber } from "../whole-number.ts";

/** How many events are taken from the inbox at once, and how long they may wait for each other. */
export interface Batching {
  size: number;
  waitMs: number;
}

export const ONE_BY_ONE: Batching = { size: 1, waitMs: 0 };

const SIZE = { min: 1, max: 1_000, otherwise: 100 };
const SECONDS = { min: 0, max: 60, otherwise: 0 };

/** What a config says of batches, in the keys `processEventBatchSize` and `processEventBatchSeconds`. */
export function batchingOfConfig({ config }: Pick<PluginConfig, "config">): Batching {
  const values = isObject(config) ? config : {};
  return {
    size: wholeNumber(values["processEventBatchSize"], SIZE),
    waitMs: wholeNumber(values["processEventBatchSeconds"], SECONDS) * 1000,
  };
}

/** What suits all plugins of a team: one by one, unless there is one that takes batches. */
export function batchingOf(configs: readonly PluginConfig[]): Batching {
  const wanted = configs.filter(({ methods }) => takesBatches(methods)).map((config) => batchingOfConfig(config));
  return {
    size: Math.max(ONE_BY_ONE.size, ...wanted.map(({ size }) => size)),
    waitMs: Math.max(ONE_BY_ONE.waitMs, ...wanted.map(({ waitMs }) => waitMs)),
  };
}

/** Where both are there, only processEvent is called. */
const takesBatches = (methods: readonly string[]): boolean =>
  methods.includes("processEventBatch") && !methods.includes("processEvent");
