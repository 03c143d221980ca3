import { fromJson } from "../wit/codec.ts";
import type { CapabilityName } from "../wit/generated/contract.ts";
import { Boundary } from "./boundary.ts";
import { CurrentCall } from "./current-call.ts";
import { Engine } from "./engine/engine.ts";
import { ViewOrCopy } from "./event/view-or-copy.ts";
import { endingOfError } from "./outcome.ts";
import type { CallResult } from "./outcome.ts";
import { PluginCall } from "./plugin-call.ts";
import type { CallRequest } from "./plugin-call.ts";
import { DISCOVERY } from "./protocol.ts";
import type { Discovery, Surroundings } from "./protocol.ts";
import { CallRandom } from "./random.ts";
import { PluginLoadError } from "./sandbox-options.ts";
import type { SandboxOptions } from "./sandbox-options.ts";

/**
 * One plugin in an engine of its own. Calls run one after another: a call owns the sandbox until it, and everything
 * it left un-awaited, has settled. After a fault the sandbox is lost and answers no more calls.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #engine: Engine;
  readonly #boundary: Boundary;
  readonly #current: CurrentCall;
  readonly #viewOrCopy = new ViewOrCopy();
  #discovery: Discovery = { handlers: [], jobs: [], metrics: [], warnings: [] };
  #queue: Promise<unknown> = Promise.resolve();
  #lost = false;

  private constructor(options: SandboxOptions) {
    const { image, limits, clock, randomKey } = options;
    const current = new CurrentCall(() => new CallRandom(randomKey));
    const boundary = new Boundary(limits, () => current.random.seed());
    this.#options = options;
    this.#current = current;
    this.#boundary = boundary;
    this.#engine = new Engine(image, {
      memoryLimit: limits.memoryBytes,
      stackLimit: limits.stackBytes,
      clock,
      hostFunctions: [
        (number, json, ...buffers) => boundary.serve(number, json, buffers),
        (id, key) => current.readEvent(id, key),
      ],
      ...(options.mayGrow && { mayGrow: options.mayGrow }),
    });
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

  /** The functions, jobs and metrics that the plugin has. */
  get discovery(): Discovery {
    return this.#discovery;
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
  call(request: CallRequest): Promise<CallResult> {
    const result = this.#queue.then(() => this.#call(request));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #runScript(): void {
    const { image, script, config, attachments, limits, denials } = this.#options;
    const capabilities = this.#options.provide(this.#current);
    this.#boundary.provide(capabilities);
    const surroundings: Surroundings = {
      granted: Object.keys(capabilities) as CapabilityName[],
      denials,
      config,
      attachments: attachments.map(({ key, contentType, fileName }) => ({ key, contentType, fileName })),
    };
    const engine = this.#engine;
    try {
      engine.allowFuel(limits.fuel);
      const contents = attachments.map((attachment) => attachment.contents);
      engine.release(engine.call(image.guest.prepare, [JSON.stringify(surroundings), ...contents]));
      engine.release(engine.evaluate(script.code, script.filename));
      this.#discovery = fromJson(DISCOVERY, engine.ask(image.guest.discover, []), [], "discovery") as Discovery;
    } catch (error) {
      this.dispose();
      const failure = endingOfError(error, limits);
      if (!failure) throw error;
      throw new PluginLoadError({ function: "", ...failure.ending, fuel: engine.fuel }, failure.stack);
    }
  }

  async #call(request: CallRequest): Promise<CallResult> {
    if (this.#lost) throw new Error(`the sandbox is gone: ${request.function} cannot be called`);
    const { limits, image, onIdle } = this.#options;
    const call = new PluginCall(request, {
      engine: this.#engine,
      guest: image.guest,
      boundary: this.#boundary,
      current: this.#current,
      viewOrCopy: this.#viewOrCopy,
      limits,
      onIdle,
      isLost: () => this.#lost,
    });
    try {
      const { result, isLost } = await call.run();
      if (isLost) this.dispose();
      return result;
    } catch (error) {
      this.dispose();
      throw error;
    } finally {
      this.#current.end();
    }
  }
}
