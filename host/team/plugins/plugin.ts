import type { Outcome } from "../../../runtime/outcome.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import { describeError } from "../../describe-error.ts";
import { NOTHING_KNOWN } from "./failed-setups.ts";
import { Patience, PATIENCE_MS } from "./patience.ts";
import type { PluginCall, PluginResult } from "./plugin-calls.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { type PluginDeps, PluginSandbox, snapshotKeyOf } from "./plugin-sandbox.ts";
import { SetupFailures } from "./setup-failures.ts";
import { UnderWay } from "./under-way.ts";

/** Functions that events wait for. */
const OF_EVENTS: ReadonlySet<HandlerName> = new Set(["processEvent", "processEventBatch"]);

/**
 * One enabled config of a team. All of its calls share a sandbox, one after the other; but when a task, a job or another call beside the
 * events takes long, the events go on in a second sandbox until it has ended.
 */
export class Plugin {
  readonly config: PluginConfig;
  readonly #beside = new UnderWay();
  readonly #deps: PluginDeps;
  readonly #main: PluginSandbox;
  readonly #patience: Patience;
  readonly #spare: PluginSandbox;
  #isStopped = false;
  #isSpareInUse = false;
  /** The end of the spare sandbox that was used last. */
  #spareEnd: Promise<void> = Promise.resolve();

  constructor(config: PluginConfig, deps: PluginDeps) {
    this.config = config;
    this.#deps = deps;
    this.#patience = new Patience(this.#beside, deps.now);
    this.#main = new PluginSandbox(config, "main", new SetupFailures(config, deps.failedSetups), deps);
    // That there cannot be a second one says nothing of the plugin.
    this.#spare = new PluginSandbox(config, "spare", new SetupFailures(config, NOTHING_KNOWN), deps);
  }

  /** Calls a function, or tells how setting the plugin up failed. */
  async call(call: PluginCall): Promise<PluginResult> {
    if (!OF_EVENTS.has(call.function)) return this.#main.call(call);
    if (await this.#patience.lasts()) {
      if (this.#isSpareInUse) this.#endSpare();
      return this.#main.call(call);
    }
    this.#isSpareInUse = true;
    const result = await this.#spare.call(call);
    // Where there cannot be a second one, events wait for the first.
    return result.ran ? result : this.#main.call(call);
  }

  /** Marks what calls the plugin beside the events: these do not wait for it longer than their patience. */
  beside<T>(run: () => Promise<T>): Promise<T> {
    return this.#beside.during(run);
  }

  /** Resolves when nothing is under way beside the events. */
  idle(): Promise<void> {
    return this.#beside.idle;
  }

  /**
   * The first of some functions that the plugin has, if any, whatever it was installed with. Sets it up when it is not.
   * @param hops of the call that is to follow
   */
  firstOf(names: readonly HandlerName[], hops: number): Promise<HandlerName | undefined> {
    return this.#main.firstOf(names, hops);
  }

  /** Sets the plugin up, when it is not, for what it does beside the events. Events that it does not process wait a second for that at the most. @param hops of the event */
  async wake(hops: number): Promise<void> {
    // What is under way has set it up, or is about to.
    if (!this.#beside.isIdle) return;
    this.beside(() => this.#main.prepare(hops)).catch((error: unknown) => this.#report("was not set up", error));
    await this.#beside.isIdleWithin(PATIENCE_MS);
  }

  /** Ends its sandboxes: `teardownPlugin` runs after the calls in hand, and nothing after it. */
  async tearDown(): Promise<void> {
    this.#deps.snapshots.forget(snapshotKeyOf(this.config, this.#deps));
    this.#main.forgetFailures();
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
    for (const sandbox of [this.#main, this.#spare]) sandbox.forgetFailures();
    return this.#main.prepare(0);
  }

  /** Tears down what was evicted of its sandboxes. */
  async retire(): Promise<void> {
    await Promise.all([this.#main.retire(), this.#spare.retire()]);
  }

  /** The sandbox of the other calls has what they left in it, and serves again. Events come one after the other: none is in hand. */
  #endSpare(): void {
    this.#isSpareInUse = false;
    this.#spareEnd = this.#spare
      .tearDown()
      .catch((error: unknown) => this.#report("has a second sandbox that was not torn down", error));
  }

  /** Tells of a failure of the host that nobody waits for. */
  #report(what: string, error: unknown): void {
    console.error(`plugin config ${this.config.id} ${what}: ${describeError(error)}`);
  }
}
