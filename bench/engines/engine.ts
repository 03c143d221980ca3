import type { JsonObject } from "../../runtime/event/event-source.ts";
import type { BenchPlugin } from "../workload/plugins.ts";

/** One way to run a plugin. */
export interface BenchEngine {
  readonly name: string;
  /** Loads a plugin once, for many events. */
  load(plugin: BenchPlugin): Promise<LoadedPlugin>;
}

/** A plugin that is ready for events. */
export interface LoadedPlugin {
  /**
   * Takes an event that lies on the host and gives what the plugin made of it, on the host again. It may be the same object.
   * @param size characters of the event's JSON
   */
  process(event: JsonObject, size: number): JsonObject | Promise<JsonObject>;
  dispose(): void;
}
