import type { Isolate, IsolateReference, IsolatedVm } from "../peers/load-peers.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import type { BenchEngine } from "./engine.ts";
import { jsonScript } from "./guest-script.ts";
import { HostCache } from "./host-cache.ts";
import { ENGINE } from "../report/names.ts";
import { fromHandle } from "./v8.ts";

const MEMORY_LIMIT_MB = 32;
/** Milliseconds; the limit that ends an endless loop. */
const TIMEOUT = 1000;

/** isolated-vm as it is used in production: the isolate runs in a thread of its own, and its time is limited. */
export const isolatedVm = (ivm: IsolatedVm): BenchEngine => ({
  name: ENGINE.isolatedVm,
  async load(plugin) {
    const { isolate, handle } = loadIsolate(ivm, plugin);
    const options = { timeout: TIMEOUT, ...promised(plugin) };
    return fromHandle(
      (json) => handle.apply(undefined, [json], options),
      () => isolate.dispose(),
    );
  },
});

/** isolated-vm as fast as it can be: in the host's own thread, which a loop without an end would hold for ever. */
export const isolatedVmSync = (ivm: IsolatedVm): BenchEngine => ({
  name: ENGINE.isolatedVmSync,
  async load(plugin) {
    const { isolate, handle } = loadIsolate(ivm, plugin);
    // A promise of the isolate's can only be waited for outside the host's thread.
    const call = plugin.isAsync
      ? (json: string) => handle.apply(undefined, [json], promised(plugin))
      : (json: string) => handle.applySync(undefined, [json], {});
    return fromHandle(call, () => isolate.dispose());
  },
});

/** An isolate with a plugin in it, as its function from text to text. */
export function loadIsolate(
  { Isolate, Reference }: IsolatedVm,
  plugin: BenchPlugin,
): { isolate: Isolate; handle: IsolateReference } {
  const isolate = new Isolate({ memoryLimit: MEMORY_LIMIT_MB });
  const context = isolate.createContextSync();
  if (plugin.isAsync) {
    const cache = new HostCache();
    context.global.setSync("getReference", new Reference(cache.get));
    context.global.setSync("incrReference", new Reference(cache.incr));
  }
  const code = (plugin.isAsync ? HOST_CALLS : "") + jsonScript(plugin);
  isolate.compileScriptSync(code, { filename: "index.js" }).runSync(context);
  return { isolate, handle: context.global.getSync("handle", { reference: true }) };
}

const promised = ({ isAsync }: BenchPlugin) => (isAsync ? { result: { promise: true } as const } : {});

const HOST_CALLS = `
const hostGet = (key) => getReference.apply(undefined, [key], { result: { promise: true } });
const hostIncr = (key) => incrReference.apply(undefined, [key], { result: { promise: true } });
`;
