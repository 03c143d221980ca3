import type { Published } from "../../runtime/engine/boot.ts";
import { Engine } from "../../runtime/engine/engine.ts";
import { CAPABILITY_CALL, VIEW_READ } from "../../runtime/protocol.ts";
import type { Surroundings } from "../../runtime/protocol.ts";
import { PAGES } from "../../scripts/engine/shrink-stack.ts";
import { CONFIG } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import { engineOptions } from "./engine-options.ts";

/** An engine in which nothing has run yet. */
export const rawEngine = (wasm: Uint8Array): Published => ({
  module: new WebAssembly.Module(new Uint8Array(wasm)),
  pages: PAGES,
});

/** Does what starting a sandbox would be if there were no image: runs the guest library, then prepares it and runs the plugin. */
export function bootAnew(raw: Published, guest: string, plugin: BenchPlugin): Engine {
  const engine = new Engine(raw, engineOptions());
  const boot = engine.evaluate(guest, "hoglet:guest");
  const hosts = [CAPABILITY_CALL, VIEW_READ].map((number) => ({ handle: engine.hostFunction(number) }));
  const api = engine.call(boot, hosts);
  const surroundings: Surroundings = { granted: [], denials: {}, config: CONFIG, attachments: [] };
  engine.release(engine.call(engine.property(api, "prepare"), [JSON.stringify(surroundings)]));
  engine.release(engine.evaluate(plugin.source, "index.js"));
  engine.ask(engine.property(api, "discover"), []);
  return engine;
}
