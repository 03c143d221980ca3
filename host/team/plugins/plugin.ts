import type { Outcome } from "../../../runtime/outcome.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import type { PluginCall, PluginResult } from "./plugin-calls.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { type PluginDeps, PluginSandbox, snapshotKeyOf } from "./plugin-sandbox.ts";
import { SetupFailures } from "./setup-failures.ts";
import { UnderWay } from "./under-way.ts";

/** Functions that events wait for. */
const OF_EVENTS: ReadonlySet<HandlerName> = new Set(["processEvent", "processEventBatch"]);

/** How long an event waits for what goes on beside the events in its plugin, before it gets a sandbox of its own: milliseconds. */
export const PATIENCE_MS = 1_000;

/**
 * One enabled config of a team. All of its calls share a sandbox, one after the other; but when a task, a job or another call beside the
 * events takes long, the events go on in a second sandbox until it has ended.
 */
export class Plugin {
  readonly config: PluginConfig;
  readonly #beside = new UnderWay();
  readonly #deps: PluginDeps;
  readonly #failures: SetupFailures;
  readonly #main: PluginSandbox;
  readonly #spare: PluginSandbox;
  #isStopped = false;
  #isSpareInUse = false;
  /** The end of the spare sandbox that was used last. */
  #spareEnd: Promise<void> = Promise.resolve();

  constructor(config: PluginConfig, deps: PluginDeps) {
    this.config = config;
    this.#deps = deps;
    this.#failures = new SetupFailures(config, deps.failedSetups);
    this.#main = new PluginSandbox(config, "main", this.#failures, deps);
    this.#spare = new PluginSandbox(config, "spare", this.#failures, deps);
  }

  /** Calls a function, or tells how setting the plugin up failed. */
  async call(call: PluginCall): Promise<PluginResult> {
    const sandbox = OF_EVENTS.has(call.function) ? await this.#forEvents() : this.#main;
    return sandbox.call(call);
  }

  /** Marks what calls the plugin beside the events: these do not wait for it longer than their patience. */
  beside<T>(run: () => Promise<T>): Promise<T> {
    return this.#beside.during(run);
  }

  /** Whether nothing is under way beside the events, or has ended in time. */
  isIdleWithin(ms: number): Promise<boolean> {
    return this.#beside.isIdleWithin(ms);
  }

  /** Resolves when nothing is under way beside the events. */
  idle(): Promise<void> {
    return this.#beside.idle;
  }

  /**
   * The first of some functions that the plugin has, if any. Builds the sandbox when it is not there. A plugin that
   * cannot be set up is taken to have those that it had when it was installed, so that its failure is told and its policy holds.
   * @param hops of the call that is to follow
   */
  firstOf(names: readonly HandlerName[], hops: number): Promise<HandlerName | undefined> {
    return this.#main.firstOf(names, hops);
  }

  /** Ends its sandboxes: `teardownPlugin` runs after the calls in hand, and nothing after it. */
  async tearDown(): Promise<void> {
    this.#deps.snapshots.forget(snapshotKeyOf(this.config, this.#deps));
    this.#failures.forget();
    await Promise.all([this.#main.tearDown(), this.#spare.tearDown(), this.#spareEnd]);
  }

  /**
   * Ends the calls in hand, a setup too, and has all that follow end in the same way: `denied`.
   * @param reason for people
   */
  stop(reason: string): void {
    this.#isStopped = true;
    for (const sandbox of [this.#main, this.#spare]) sandbox.stop(reason);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Throws its sandboxes away: nothing more runs in them, `teardownPlugin` neither. */
  async discard(): Promise<void> {
    await Promise.all([this.#main.discard(), this.#spare.discard()]);
  }

  /** Sets the plugin up again, however often that has failed. @returns what is wrong with it now, if anything is */
  retrySetup(): Promise<Outcome | null> {
    this.#failures.forget();
    return this.#main.prepare();
  }

  /** Tears down what was evicted of its sandboxes. */
  async retire(): Promise<void> {
    await Promise.all([this.#main.retire(), this.#spare.retire()]);
  }

  async #forEvents(): Promise<PluginSandbox> {
    if (!this.#isSpareInUse) this.#isSpareInUse = !(await this.#beside.isIdleWithin(PATIENCE_MS));
    else if (this.#beside.isIdle) this.#endSpare();
    return this.#isSpareInUse ? this.#spare : this.#main;
  }

  /** The sandbox of the other calls has what they left in it, and serves again. Events come one after the other: none is in hand. */
  #endSpare(): void {
    this.#isSpareInUse = false;
    this.#spareEnd = this.#spare
      .tearDown()
      .catch((error: unknown) => console.error(`plugin config ${this.config.id}: a spare sandbox: ${String(error)}`));
  }
}
