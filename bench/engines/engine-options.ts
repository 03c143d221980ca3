import type { EngineOptions } from "../../runtime/engine/engine.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";

/** Of an engine that is used by itself, without the guest library asking its host for anything. */
export const engineOptions = (): EngineOptions => ({
  memoryLimit: DEFAULT_LIMITS.memoryBytes,
  stackLimit: DEFAULT_LIMITS.stackBytes,
  clock: { now: () => 0, utcOffset: () => 0 },
  hostFunctions: [() => undefined, () => undefined],
});
