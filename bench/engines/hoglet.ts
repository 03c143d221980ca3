import type { Image } from "../../runtime/engine/image.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import { Sandbox } from "../../runtime/sandbox.ts";
import type { CallResult } from "../../runtime/outcome.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { CONFIG } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import type { JsonObject } from "../../runtime/event/event-source.ts";
import type { BenchEngine } from "./engine.ts";
import { HostCache } from "./host-cache.ts";
import { ENGINE } from "../report/names.ts";

const RANDOM_KEY = new Uint8Array(32);

/** Loads a plugin into a sandbox with the limits that every plugin has. */
export function loadSandbox(image: Image, { source, isAsync }: BenchPlugin): Sandbox {
  return Sandbox.load({
    image,
    script: { code: source, filename: "index.js" },
    config: CONFIG,
    attachments: [],
    limits: DEFAULT_LIMITS,
    clock: { now: () => 0, utcOffset: () => 0 },
    randomKey: RANDOM_KEY,
    provide: () => (isAsync ? { cache: cacheCapability() } : {}),
    denials: {},
  });
}

/** Has a sandbox's plugin process an event. @throws where the plugin fails */
export async function processIn(sandbox: Sandbox, event: JsonObject, eventSize: number): Promise<CallResult> {
  const result = await sandbox.call({ function: "processEvent", event, eventSize, randomKey: () => RANDOM_KEY });
  if (result.outcome.kind !== "ok") throw new Error(`the plugin ended as ${JSON.stringify(result.outcome)}`);
  return result;
}

export const hoglet = (image: Image): BenchEngine => ({
  name: ENGINE.hoglet,
  async load(plugin) {
    const sandbox = loadSandbox(image, plugin);
    return {
      async process(event, size) {
        const { isSameEvent, json } = await processIn(sandbox, event, size);
        return isSameEvent ? event : (JSON.parse(json ?? "null") as JsonObject);
      },
      dispose: () => sandbox.dispose(),
    };
  },
});

function cacheCapability(): Capabilities["cache"] {
  const values = new HostCache();
  const absent = async (): Promise<never> => {
    throw new Error("the bench's plugins do not ask for this");
  };
  return {
    get: values.get,
    incr: values.incr,
    set: absent,
    expire: absent,
    lpush: absent,
    lrange: absent,
    llen: absent,
    lpop: absent,
    lrem: absent,
  };
}
