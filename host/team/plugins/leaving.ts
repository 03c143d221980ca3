import { describeError } from "../../describe-error.ts";
import { endsWithin } from "./ends-within.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { Plugin } from "./plugin.ts";
import type { PluginConfig } from "./plugin-config.ts";

export interface LeavingDeps {
  /**
   * Has a plugin do what it has left to do, when nothing is under way beside the events in it, before it is torn down. What that is, is known at once:
   * nothing of the team's runs yet.
   * @param isReplaced whether another revision of its config takes its place
   */
  onLeaving(plugin: Plugin, isReplaced: boolean): Promise<void>;
}

/** Plugins that changed or went: each does what it has left to do, and is torn down. */
export class Leaving {
  readonly #ends = new Map<Plugin, Promise<void>>();
  readonly #onLeaving: LeavingDeps["onLeaving"];

  constructor({ onLeaving }: LeavingDeps) {
    this.#onLeaving = onLeaving;
  }

  /** Those that have not ended yet. */
  get plugins(): Plugin[] {
    return [...this.#ends.keys()];
  }

  /** Resolves when all have ended. */
  async end(): Promise<void> {
    await Promise.all(this.#ends.values());
  }

  /**
   * Has a plugin leave. Resolves when it has, or takes so long that others do not wait: it ends beside them.
   * @param successor what takes its place, if anything does
   */
  async add(plugin: Plugin, successor?: PluginConfig): Promise<void> {
    if (successor?.closed !== undefined) plugin.stop(successor.closed);
    const end = this.#leave(plugin, successor !== undefined).finally(() => this.#ends.delete(plugin));
    this.#ends.set(plugin, end);
    await endsWithin(end, PATIENCE_MS);
  }

  /** What the old plugin leaves undone does not keep the new one from its work, nor what fails before its teardown keeps it from that. */
  async #leave(plugin: Plugin, isReplaced: boolean): Promise<void> {
    const { id } = plugin.config;
    await this.#onLeaving(plugin, isReplaced).catch((error: unknown) =>
      console.error(`plugin config ${id} left something undone: ${describeError(error)}`),
    );
    // What was stopped by hand gets no word more.
    const end = plugin.isStopped ? plugin.discard() : plugin.tearDown();
    await end.catch((error: unknown) =>
      console.error(`plugin config ${id} was not torn down: ${describeError(error)}`),
    );
  }
}
