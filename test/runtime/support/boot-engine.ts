import { Engine } from "../../../runtime/engine/engine.ts";
import type { EngineOptions } from "../../../runtime/engine/engine.ts";
import type { Value } from "../../../runtime/engine/heap.ts";
import { image } from "./image.ts";

export interface BareOptions extends Partial<EngineOptions> {
  /** Serves the one host function. It answers nothing unless given. */
  onHostCall?(args: Value[]): Value | readonly Value[];
}

/** An engine in which no plugin is loaded, whose one host function is the global `host`. */
export async function bootEngine({ onHostCall, ...options }: BareOptions = {}): Promise<Engine> {
  const engine = new Engine(image, {
    memoryLimit: 32 * 1024 * 1024,
    stackLimit: 128 * 1024,
    clock: { now: () => 0, utcOffset: () => 0 },
    hostFunctions: [(...args) => onHostCall?.(args)],
    ...options,
  });
  const install = engine.evaluate("(function (host) { globalThis.host = host })", "install.js");
  engine.release(engine.call(install, [{ handle: engine.hostFunction(1) }]));
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
