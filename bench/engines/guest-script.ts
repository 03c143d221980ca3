import { CONFIG } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";

/**
 * The script for an engine that takes and gives JSON: the plugin, and a function `handle` from text to text. `hostGet` and `hostIncr` are
 * globals or parameters that the engine provides.
 */
export function jsonScript({ source, isAsync }: BenchPlugin): string {
  return `${source}
const meta = { config: ${JSON.stringify(CONFIG)}, global: {} };
${isAsync ? CACHE_OF_META : ""}
${isAsync ? "async " : ""}function handle(json) {
  return JSON.stringify(${isAsync ? "await " : ""}processEvent(JSON.parse(json), meta));
}`;
}

/** PostHog's cache over what the host provides. */
const CACHE_OF_META = `
meta.cache = {
  async get(key, byDefault) {
    const value = await hostGet(key);
    return value === undefined ? byDefault : value;
  },
  incr: (key) => hostIncr(key),
};`;
