import type { JsonObject } from "../../runtime/event/event-source.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import type { BenchEngine, LoadedPlugin } from "./engine.ts";
import { jsonScript } from "./guest-script.ts";
import { HostCache } from "./host-cache.ts";
import { ENGINE } from "../report/names.ts";

type Handle = (json: string) => string | Promise<string>;

/** No sandbox at all: the plugin as a function of the host's, given a copy. What any engine that copies JSON would at least cost. */
export const plainV8: BenchEngine = {
  name: ENGINE.v8,
  load: async (plugin) => fromHandle(makeHandle(plugin)),
};

function makeHandle(plugin: BenchPlugin): Handle {
  const cache = new HostCache();
  // oxlint-disable-next-line typescript/no-implied-eval -- the plugins are the bench's own
  const make = new Function("hostGet", "hostIncr", `${jsonScript(plugin)}\nreturn handle;`) as (
    ...host: unknown[]
  ) => Handle;
  return make(cache.get, cache.incr);
}

/** A plugin that takes JSON and gives JSON. */
export function fromHandle(handle: Handle, dispose: () => void = () => undefined): LoadedPlugin {
  return {
    process(event) {
      const result = handle(JSON.stringify(event));
      return typeof result === "string" ? (JSON.parse(result) as JsonObject) : result.then(parse);
    },
    dispose,
  };
}

const parse = (json: string): JsonObject => JSON.parse(json) as JsonObject;
