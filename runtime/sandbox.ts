import { fromJson } from "../wit/codec.ts";
import type { CapabilityName } from "../wit/generated/contract.ts";
import { Boundary } from "./boundary.ts";
import { CurrentCall } from "./current-call.ts";
import { Engine } from "./engine/engine.ts";
import type { EngineOptions } from "./engine/engine.ts";
import type { EngineClock } from "./engine/imports.ts";
import { memoryOf } from "./engine/image.ts";
import { differenceOf } from "./engine/memory-snapshot.ts";
import type { MemorySnapshot } from "./engine/memory-snapshot.ts";
import { ViewOrCopy } from "./event/view-or-copy.ts";
import { endingOfError } from "./outcome.ts";
import type { CallResult } from "./outcome.ts";
import { PluginCall } from "./plugin-call.ts";
import type { CallRequest, PluginCallDeps } from "./plugin-call.ts";
import { DISCOVERY } from "./protocol.ts";
import type { Discovery, Surroundings } from "./protocol.ts";
import { CallRandom } from "./random.ts";
import { PluginLoadError } from "./sandbox-options.ts";
import type { SandboxOptions } from "./sandbox-options.ts";

/** A plugin after its setup, for sandboxes that replace the first. */
export interface SandboxSnapshot {
  memory: MemorySnapshot;
  discovery: Discovery;
}

/**
 * One plugin in an engine of its own. Calls run one after another: a call owns the sandbox until it, and everything
 * it left un-awaited, has settled. After a fault the sandbox is lost and answers no more calls.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #engine: Engine;
  readonly #boundary: Boundary;
  readonly #current: CurrentCall;
  readonly #deps: PluginCallDeps;
  #discovery: Discovery = { handlers: [], tasks: [], jobs: [], metrics: [], warnings: [] };
  /** The end of the last call that has been asked for, unless it has come. */
  #last: Promise<void> | undefined;
  #lost = false;
  #fuelOfScript = 0;
  #hasReadClock = false;

  private constructor(options: SandboxOptions, snapshot?: SandboxSnapshot) {
    const { image, limits, randomKey } = options;
    const clock: EngineClock = {
      now: () => {
        this.#hasReadClock = true;
        return options.clock.now();
      },
      utcOffset: (at) => options.clock.utcOffset(at),
    };
    const current = new CurrentCall(
      () => new CallRandom(randomKey),
      (fuel) => this.#engine.burn(fuel),
    );
    const boundary = new Boundary(limits, () => current.random.seed());
    this.#options = options;
    this.#current = current;
    this.#boundary = boundary;
    const engineOptions: EngineOptions = {
      memoryLimit: limits.memoryBytes,
      stackLimit: limits.stackBytes,
      clock,
      hostFunctions: [
        (number, json, ...buffers) => boundary.serve(number, json, buffers),
        (id, key) => current.event.read(id, key),
        (id, key, value, isJson) => current.event.noteChange(id, key, value, isJson),
      ],
      takeWhole: (at) => {
        const isTaken = current.returned?.take((request) => this.#engine.readData(at, request)) === true;
        if (isTaken) boundary.completeWithEvent();
        return isTaken;
      },
      ...(options.mayGrow && { mayGrow: options.mayGrow }),
    };
    this.#engine = new Engine(image, engineOptions, snapshot?.memory);
    this.#deps = {
      engine: this.#engine,
      guest: image.guest,
      boundary,
      current,
      viewOrCopy: new ViewOrCopy(),
      limits,
      onIdle: options.onIdle,
      isLost: () => this.#lost,
    };
  }

  /**
   * Starts an engine and runs the plugin's script in it. `setupPlugin` is not called.
   * @throws {PluginLoadError} when the script throws or crosses a limit
   */
  static load(options: SandboxOptions): Sandbox {
    const sandbox = new Sandbox(options);
    sandbox.#runScript();
    return sandbox;
  }

  /**
   * Starts an engine where another of the same plugin was when its snapshot was taken. Nothing is run.
   * @param options the same as the other's
   */
  static restore(options: SandboxOptions, snapshot: SandboxSnapshot): Sandbox {
    const sandbox = new Sandbox(options, snapshot);
    sandbox.#boundary.provide(options.provide(sandbox.#current));
    sandbox.#discovery = snapshot.discovery;
    return sandbox;
  }

  /**
   * The sandbox as it is, where another may go on from it: undefined unless running script and setup anew would lead to the very same
   * place. That is so when nothing is under way and the plugin has used no capability (but `console`, text encoding, `Intl` and URLs), read no
   * clock and drawn no random number: then its state follows from its code, its config and its attachments alone.
   */
  snapshot(): SandboxSnapshot | undefined {
    const { image } = this.#options;
    const isRepeatable = !this.#boundary.isTouched && !this.#hasReadClock && this.#boundary.isQuiet;
    if (this.#lost || this.#last || !isRepeatable) return undefined;
    return { memory: differenceOf(this.#engine.snapshot().memory, memoryOf(image)), discovery: this.#discovery };
  }

  /** The functions, jobs and metrics that the plugin has. */
  get discovery(): Discovery {
    return this.#discovery;
  }

  /** Fuel that the plugin's script took when it was run; none in a sandbox that goes on from a snapshot. */
  get fuelOfScript(): number {
    return this.#fuelOfScript;
  }

  /** Bytes of linear memory held. */
  get memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  /** True when a fault or `dispose` ended this sandbox: it must be replaced. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Ends the sandbox. A call in hand is aborted; nothing of it runs again. */
  dispose(): void {
    this.#lost = true;
    this.#boundary.close();
    this.#current.end();
  }

  /** Calls one of the plugin's functions, after the calls that were asked for before. */
  async call(request: CallRequest): Promise<CallResult> {
    const result = this.#last ? this.#last.then(() => this.#call(request)) : this.#call(request);
    if (!(result instanceof Promise)) return result;
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last = settled;
    void settled.then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    return result;
  }

  #runScript(): void {
    const { image, self, script, config, attachments, limits, denials } = this.#options;
    const capabilities = this.#options.provide(this.#current);
    this.#boundary.provide(capabilities);
    const surroundings: Surroundings = {
      ...(self !== undefined && { self }),
      granted: Object.keys(capabilities) as CapabilityName[],
      denials,
      config,
      attachments,
    };
    const engine = this.#engine;
    try {
      engine.allowFuel(limits.fuel);
      engine.run(image.guest.prepare, [JSON.stringify(surroundings)]);
      engine.release(engine.evaluate(script.code, script.filename));
      this.#fuelOfScript = engine.fuel;
      this.#discovery = fromJson(DISCOVERY, engine.ask(image.guest.discover, []), [], "discovery") as Discovery;
    } catch (error) {
      this.dispose();
      const failure = endingOfError(error, limits);
      if (!failure) throw error;
      throw new PluginLoadError({ function: "", ...failure.ending, fuel: engine.fuel }, failure.stack);
    }
  }

  #call(request: CallRequest): CallResult | Promise<CallResult> {
    if (this.#lost) throw new Error(`the sandbox is gone: ${request.function} cannot be called`);
    const call = new PluginCall(request, this.#deps);
    try {
      const result = call.run();
      if (result instanceof Promise) return result.finally(() => this.#end(call.isLost));
      this.#end(call.isLost);
      return result;
    } catch (error) {
      this.#end(true);
      throw error;
    }
  }

  #end(isLost: boolean): void {
    if (isLost) this.dispose();
    else this.#current.end();
  }
}
