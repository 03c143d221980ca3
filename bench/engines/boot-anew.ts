import type { Published } from "../../runtime/engine/boot.ts";
import type { Engine } from "../../runtime/engine/engine.ts";
import type { Surroundings } from "../../runtime/protocol.ts";
import { bootGuest } from "../../scripts/engine/image.ts";
import { PAGES } from "../../scripts/engine/shrink-stack.ts";
import { CONFIG } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";

/** An engine in which nothing has run yet. */
export const rawEngine = (wasm: Uint8Array): Published => ({
  module: new WebAssembly.Module(new Uint8Array(wasm)),
  pages: PAGES,
});

/** Does what starting a sandbox would be if there were no image: runs the guest library, then all that an image needs, too. */
export function bootAnew({ module }: Published, guest: readonly string[], plugin: BenchPlugin): Engine {
  const { engine, functions } = bootGuest(module, guest);
  const surroundings: Surroundings = { granted: [], denials: {}, config: CONFIG, attachments: [] };
  engine.release(engine.call(functions.prepare, [JSON.stringify(surroundings)]));
  engine.release(engine.evaluate(plugin.source, "index.js"));
  engine.ask(functions.discover, []);
  return engine;
}
