import type { Capabilities, CapabilityName, HandlerName } from "../wit/generated/contract.ts";
import { fromJson } from "../wit/codec.ts";
import { batchResults } from "./batch.ts";
import { Boundary } from "./boundary.ts";
import type { EngineClock } from "./engine/imports.ts";
import { Engine } from "./engine/engine.ts";
import type { Handle } from "./engine/engine.ts";
import type { Limits } from "./limits.ts";
import { clip, endingOfError, endingOfReturned, endingOfThrown, printThrown } from "./outcome.ts";
import type { CallResult, Outcome } from "./outcome.ts";
import { DISCOVERY, THROWN } from "./protocol.ts";
import type { BootRequest, CallRequest, Discovery, MetaRequest, ThrownValue } from "./protocol.ts";
import { CallRandom } from "./random.ts";

/** What every sandbox starts from: the engine and the code that runs in it before any plugin's. */
export interface Image {
  wasm: WebAssembly.Module;
  /** The bundled guest library (`build/guest.js`). */
  guest: string;
}

/** A plugin's code, compiled to one sloppy-mode script. */
export interface PluginScript {
  code: string;
  /** The name its stack frames carry. */
  filename: string;
}

export interface Attachment {
  key: string;
  contentType: string;
  fileName: string;
  contents: Uint8Array;
}

/** What a capability may know of the call in hand. Live: it changes from call to call. */
export interface CallScope {
  /** Aborted when the call ends, in whatever way. */
  readonly signal: AbortSignal;
  readonly random: CallRandom;
}

export interface SandboxOptions {
  image: Image;
  script: PluginScript;
  config: unknown;
  attachments: Attachment[];
  limits: Limits;
  clock: EngineClock;
  /** 32 bytes from which the randomness follows that the plugin's script sees while it is loaded. */
  randomKey: Uint8Array;
  /** Provides the granted capabilities. What is left out does not exist in the guest. */
  provide(scope: CallScope): Partial<Capabilities>;
  /** How a person would grant each capability that is left out. */
  denials: Partial<Record<CapabilityName, string>>;
  /**
   * Called whenever the guest can only wait, with the number of answers that it waits for: the place for a virtual
   * clock to move on. `timeout` ends the call as its wall time would.
   */
  onIdle?(pending: number): "timeout" | undefined;
}

/** The plugin's script or discovery failed: a guest failure, told as the outcome it would have been. */
export class PluginLoadError extends Error {
  override readonly name = "PluginLoadError";
  readonly outcome: Outcome;
  readonly guestStack: string;

  constructor(outcome: Outcome, guestStack: string) {
    super(outcome.message ?? outcome.kind);
    this.outcome = outcome;
    this.guestStack = guestStack;
  }
}

/** How often answers that are ready at once may follow each other before every timer of the isolate has its turn, the call's own too. */
const TURNS_PER_TASK = 256;
const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** The four functions that the guest's `boot` hands to the host. */
type GuestApi = Record<"prepare" | "discover" | "call" | "settle" | "describe", Handle>;

/**
 * One plugin in an engine of its own. Calls run one after another: a call owns the sandbox until it, and everything
 * it left un-awaited, has settled. After a fault the sandbox is lost and answers no more calls.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #engine: Engine;
  readonly #boundary: Boundary;
  readonly #api: GuestApi;
  #discovery: Discovery = { handlers: [], jobs: [], metrics: [], warnings: [] };
  #random: CallRandom;
  #abort = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();
  #lost = false;

  private constructor(options: SandboxOptions, engine: Engine, boundary: Boundary) {
    this.#options = options;
    this.#engine = engine;
    this.#boundary = boundary;
    this.#random = new CallRandom(options.randomKey);
    const scope: CallScope = Object.defineProperties({} as CallScope, {
      signal: { get: () => this.#abort.signal },
      random: { get: () => this.#random },
    });
    const capabilities = options.provide(scope);
    boundary.provide(capabilities);
    engine.allowFuel(Number.POSITIVE_INFINITY);
    const boot = engine.evaluate(options.image.guest, "hoglet:guest");
    const request: BootRequest = { granted: Object.keys(capabilities) as CapabilityName[], denials: options.denials };
    const api = engine.call(boot, [{ handle: engine.hostFunction() }, JSON.stringify(request)]);
    this.#api = {
      prepare: engine.property(api, "prepare"),
      discover: engine.property(api, "discover"),
      call: engine.property(api, "call"),
      settle: engine.property(api, "settle"),
      describe: engine.property(api, "describe"),
    };
  }

  /**
   * Boots an engine and runs the plugin's script in it. `setupPlugin` is not called.
   * @throws {PluginLoadError} when the script throws or crosses a limit
   */
  static async load(options: SandboxOptions): Promise<Sandbox> {
    const boundary = new Boundary();
    const { limits } = options;
    const engine = await Engine.boot({
      module: options.image.wasm,
      memoryLimit: limits.memoryBytes,
      stackLimit: limits.stackBytes,
      clock: options.clock,
      onHostCall: (args) => boundary.serve(args),
    });
    const sandbox = new Sandbox(options, engine, boundary);
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
    this.#abort.abort();
  }

  /**
   * Calls one of the plugin's functions.
   * @param args JSON texts, as the contract's handler takes them
   * @param randomKey 32 bytes from which the call's randomness follows
   */
  call(name: HandlerName, args: (string | undefined)[], randomKey: Uint8Array): Promise<CallResult> {
    const result = this.#queue.then(() => this.#call(name, args, randomKey));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #runScript(): void {
    const { script, config, attachments, limits } = this.#options;
    const meta: MetaRequest = {
      config,
      seed: this.#random.seed(),
      attachments: attachments.map(({ key, contentType, fileName }) => ({ key, contentType, fileName })),
    };
    this.#engine.allowFuel(limits.fuel);
    try {
      const contents = attachments.map((attachment) => attachment.contents);
      this.#engine.release(this.#engine.call(this.#api.prepare, [JSON.stringify(meta), ...contents]));
      this.#engine.release(this.#engine.evaluate(script.code, script.filename));
      const discovery = this.#engine.read(this.#engine.call(this.#api.discover, []));
      this.#discovery = fromJson(DISCOVERY, discovery, [], "discovery") as Discovery;
    } catch (error) {
      this.dispose();
      throw this.#loadError(error);
    }
  }

  #loadError(error: unknown): unknown {
    const failure = endingOfError(error, this.#options.limits);
    if (!failure) return error;
    return new PluginLoadError({ function: "", ...failure.ending, fuel: this.#engine.fuel }, failure.stack);
  }

  async #call(name: HandlerName, args: (string | undefined)[], randomKey: Uint8Array): Promise<CallResult> {
    if (this.#lost) throw new Error(`the sandbox is gone: ${name} cannot be called`);
    const { limits } = this.#options;
    const started = this.#engine.fuel;
    const label = name === "runJob" ? `jobs.${JSON.parse(args[0] ?? '""') as string}` : name;
    const finish = (ending: Omit<Outcome, "function" | "fuel">, rest: Partial<CallResult> = {}): CallResult => {
      if (ending.limit !== undefined || ending.kind === "timeout" || ending.kind === "memory") this.dispose();
      const unhandled = this.#lost ? [] : this.#takeUnhandled();
      const rejections = unhandled.length > 0 ? { unhandled } : {};
      const outcome = { function: label, ...ending, ...rejections, fuel: this.#engine.fuel - started };
      return { outcome, json: null, thrown: null, stack: "", ...rest };
    };

    this.#abort = new AbortController();
    this.#random = new CallRandom(randomKey);
    this.#engine.allowFuel(limits.fuel);
    const request: CallRequest = { function: name, args: args.map((arg) => arg ?? null), seed: this.#random.seed() };
    try {
      this.#boundary.begin();
      this.#engine.release(this.#engine.call(this.#api.call, [JSON.stringify(request)]));
      const report = await this.#drive(limits.wallMs);
      if (report === "timeout")
        return finish({
          kind: "timeout",
          limit: "wallMs",
          value: limits.wallMs,
          message: `${label} took longer than ${limits.wallMs / 1000} seconds`,
        });
      if (report === "stuck")
        return finish({ kind: "timeout", message: `${label} awaits a promise that nothing can settle any more` });
      if (report.tag === "threw")
        return finish(endingOfThrown(report.val, limits), {
          thrown: printThrown(report.val),
          stack: clip(report.val.stack),
        });
      const { json = null } = report.val;
      const ending = endingOfReturned(name, report.val);
      if (name === "processEventBatch" && ending.kind === "ok")
        ending.results = batchResults(args[0] ?? "[]", json ?? "[]");
      return finish(ending, { json });
    } catch (error) {
      this.dispose();
      const failure = endingOfError(error, limits);
      if (!failure) throw error;
      return finish(failure.ending, { stack: failure.stack });
    } finally {
      this.#abort.abort();
    }
  }

  #takeUnhandled(): string[] {
    return this.#engine.takeUnhandled().map((reason) => {
      const described = this.#engine.call(this.#api.describe, [{ handle: reason }]);
      const thrown = fromJson(THROWN, this.#engine.read(described), [], "describe") as ThrownValue;
      this.#engine.release(described);
      this.#engine.release(reason);
      return printThrown(thrown);
    });
  }

  /** Runs the guest until its call and all that it began have settled. */
  async #drive(wallMs: number) {
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      this.#boundary.wake();
    }, wallMs);
    let turns = 0;
    try {
      for (;;) {
        this.#engine.pump();
        const reply = this.#boundary.takeReply();
        if (reply) {
          this.#engine.release(this.#engine.call(this.#api.settle, [reply.id, reply.json, ...reply.buffers]));
          continue;
        }
        if (expired) return "timeout" as const;
        const { pending } = this.#boundary;
        if (pending === 0) return this.#boundary.report ?? ("stuck" as const);
        if (this.#options.onIdle?.(pending) === "timeout") return "timeout" as const;
        await this.#boundary.nextReply();
        if (++turns % TURNS_PER_TASK === 0) await nextTask();
        if (this.#lost) throw new Error("the sandbox was disposed of during a call");
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
