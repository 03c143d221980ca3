import { Engine } from "../../../runtime/engine/engine.ts";
import type { EngineOptions } from "../../../runtime/engine/engine.ts";
import { image } from "./image.ts";

/** A bare engine without the guest library, whose one host function is the global `host`. It answers nothing unless given. */
export async function bootEngine(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await Engine.boot({
    module: image.wasm,
    memoryLimit: 32 * 1024 * 1024,
    stackLimit: 128 * 1024,
    clock: { now: () => 0, utcOffset: () => 0 },
    onHostCall: () => undefined,
    ...options,
  });
  const install = engine.evaluate("(function (host) { globalThis.host = host })", "install.js");
  engine.release(engine.call(install, [{ handle: engine.hostFunction() }]));
  return engine;
}

/** The error that something throws. */
export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
