import loadModule from "@jitl/quickjs-wasmfile-release-sync/emscripten-module";
import { QuickJSFFI } from "@jitl/quickjs-wasmfile-release-sync/ffi";
import type {
  EvalDetectModule,
  EvalFlags,
  HostRefId,
  IntrinsicsFlags,
  JSContextPointer,
  JSContextPointerPointer,
  JSRuntimePointer,
  JSValueConstPointer,
  JSValuePointer,
  QuickJSEmscriptenModule,
} from "@jitl/quickjs-ffi-types";

import { EngineError, GuestException, HostCallFailure, endOf, isStackOverflow, limitOfException } from "./errors.ts";
import { withHooks } from "./imports.ts";
import type { EngineClock } from "./imports.ts";
import { Marshal } from "./marshal.ts";
import type { Value } from "./marshal.ts";
import { Rejections } from "./rejections.ts";

/** A value that lives in the guest, such as a function to call. Valid as long as its engine. */
export type Handle = JSValuePointer;

export interface EngineOptions {
  /** The module that `scripts/engine` makes of quickjs-emscripten's release-sync. */
  module: WebAssembly.Module;
  /** Bytes the guest may allocate. */
  memoryLimit: number;
  /** Bytes of C stack the guest may use before QuickJS reports `stack overflow`. */
  stackLimit: number;
  clock: EngineClock;
  /** Serves the guest's one host function. What it throws ends the engine and is rethrown to the caller. */
  onHostCall(args: Value[]): Value | Value[];
}

/** Fuel of one poll of QuickJS's interrupt counter: it counts that many loop iterations and calls between polls. */
const FUEL_PER_POLL = 10_000;
/** QuickJS counts next to nothing for a promise job, and nothing for what the host does: these are of their cost. */
const FUEL_PER_JOB = 200;
const JOBS_PER_TURN = 64;
const FUEL_PER_HOST_CALL = 1000;
const PAGE = 65_536;
/** The module's memory minimum, in pages. */
const MINIMUM_PAGES = 28;
/** QuickJS's own choice: everything it has, WeakRef included, which the flags of 0.32.0 cannot name. */
const ALL_INTRINSICS = 0 as IntrinsicsFlags;
const EVAL_GLOBAL = 0 as EvalFlags;
const NOT_A_MODULE = 0 as EvalDetectModule;
const HOST_FUNCTION = 1 as HostRefId;

/**
 * One QuickJS virtual machine in a WebAssembly instance of its own: the whole surface through which Hoglet knows
 * QuickJS. Only JSON texts, numbers and byte arrays cross it.
 */
export class Engine {
  readonly #module: QuickJSEmscriptenModule;
  readonly #ffi: QuickJSFFI;
  readonly #runtime: JSRuntimePointer;
  readonly #context: JSContextPointer;
  readonly #marshal: Marshal;
  readonly #onHostCall: EngineOptions["onHostCall"];
  readonly #rejections: Rejections;
  #fuel = 0;
  #fuelLimit = Number.POSITIVE_INFINITY;
  /** What ended this engine; it is thrown again at every later use. */
  #ended: { error: unknown } | undefined;
  /** Where QuickJS writes which context a promise job ran in. */
  readonly #jobContext: JSContextPointerPointer;

  private constructor(module: QuickJSEmscriptenModule, options: EngineOptions) {
    this.#module = module;
    this.#onHostCall = options.onHostCall;
    this.#ffi = new QuickJSFFI(module);
    module.callbacks = {
      callFunction: (_asyncify, _context, _this, argc, argv) => this.#serveHostCall(argc, argv),
      shouldInterrupt: () => {
        this.#burn(FUEL_PER_POLL);
        return 0;
      },
      freeHostRef: () => undefined,
      loadModuleSource: () => {
        throw new Error("the engine loads no ES modules");
      },
      normalizeModule: () => {
        throw new Error("the engine loads no ES modules");
      },
    };
    this.#runtime = this.#ffi.QTS_NewRuntime();
    this.#ffi.QTS_RuntimeSetMemoryLimit(this.#runtime, options.memoryLimit);
    this.#ffi.QTS_RuntimeSetMaxStackSize(this.#runtime, options.stackLimit);
    this.#ffi.QTS_RuntimeEnableInterruptHandler(this.#runtime);
    this.#context = this.#ffi.QTS_NewContext(this.#runtime, ALL_INTRINSICS);
    this.#marshal = new Marshal(module, this.#ffi, this.#context);
    this.#rejections = new Rejections(module, this.#ffi, this.#runtime, this.#context);
    this.#jobContext = this.#marshal.allocate(4) as JSContextPointerPointer;
  }

  /** Boots a fresh virtual machine. */
  static async boot(options: EngineOptions): Promise<Engine> {
    const memory = new WebAssembly.Memory({
      initial: MINIMUM_PAGES,
      maximum: MINIMUM_PAGES + Math.ceil(options.memoryLimit / PAGE),
    });
    // Nothing is rejected before the engine is there to hear of it.
    let engine: Engine | undefined;
    const onRejection = (promise: bigint, reason: bigint, isHandled: boolean): void => {
      if (engine) engine.#rejections.note(promise, reason, isHandled);
    };
    const module = (await loadModule({
      wasmMemory: memory,
      instantiateWasm(imports, onSuccess) {
        const hooks = { clock: options.clock, onRejection };
        const instance = new WebAssembly.Instance(options.module, withHooks(imports, memory, hooks));
        onSuccess(instance);
        return instance.exports;
      },
    })) as QuickJSEmscriptenModule;
    engine = new Engine(module, options);
    return engine;
  }

  /** Fuel used since boot. */
  get fuel(): number {
    return this.#fuel;
  }

  /** Bytes of linear memory the instance holds. */
  get memoryBytes(): number {
    return this.#module.HEAPU8.byteLength;
  }

  /** Lets guest code use this much more fuel from now on; past it the engine ends with the fault `fuel`. */
  allowFuel(fuel: number): void {
    this.#fuelLimit = this.#fuel + fuel;
  }

  /**
   * Runs a sloppy-mode script in the global scope.
   * @returns a handle on its completion value
   * @throws {GuestException} when the script throws, {EngineError} when the engine is lost
   */
  evaluate(code: string, filename: string): Handle {
    return this.#guard(() => {
      const bytes = this.#marshal.writeText(code);
      const result = this.#ffi.QTS_Eval(
        this.#context,
        bytes.pointer,
        bytes.length,
        filename,
        NOT_A_MODULE,
        EVAL_GLOBAL,
      );
      this.#module._free(bytes.pointer);
      return this.#unwrap(result);
    });
  }

  /** A function through which the guest calls the host, to be handed to guest code with `call`. */
  hostFunction(): Handle {
    return this.#ffi.QTS_NewFunction(this.#context, "host", 0, false, HOST_FUNCTION);
  }

  /** A property of a value that the guest handed over. */
  property(of: Handle, name: string): Handle {
    const key = this.#marshal.toGuest(name);
    const value = this.#guard(() => this.#unwrap(this.#ffi.QTS_GetProp(this.#context, of, key)));
    this.#free(key);
    return value;
  }

  /**
   * Calls a guest function.
   * @param args values to copy in, or handles
   * @returns a handle on what it returned; the caller releases it with `release`
   * @throws {GuestException} when it throws, {EngineError} when the engine is lost
   */
  call(fn: Handle, args: (Value | { handle: Handle })[]): Handle {
    return this.#guard(() => {
      const values = args.map((arg) =>
        typeof arg === "object" && "handle" in arg
          ? this.#ffi.QTS_DupValuePointer(this.#context, arg.handle)
          : this.#marshal.toGuest(arg),
      );
      const argv = this.#marshal.writePointers(values);
      const result = this.#ffi.QTS_Call(this.#context, fn, this.#ffi.QTS_GetUndefined(), values.length, argv);
      this.#module._free(argv);
      for (const value of values) this.#free(value);
      return this.#unwrap(result);
    });
  }

  /** Copies a guest value out. */
  read(handle: Handle): Value {
    return this.#guard(() => this.#marshal.fromGuest(handle));
  }

  /** Releases a handle. */
  release(handle: Handle): void {
    this.#free(handle);
  }

  /**
   * Runs the promise jobs that are due, and those that they bring about.
   * @throws {GuestException} when a job throws, {EngineError} when the engine is lost
   */
  pump(): void {
    this.#guard(() => {
      while (this.#ffi.QTS_IsJobPending(this.#runtime) === 1) {
        const ran = this.#unwrap(this.#ffi.QTS_ExecutePendingJob(this.#runtime, JOBS_PER_TURN, this.#jobContext));
        this.#burn(this.#ffi.QTS_GetFloat64(this.#context, ran) * FUEL_PER_JOB);
        this.#free(ran);
      }
    });
  }

  /** The reasons of promises that were rejected since the last time and that nobody handled. The caller releases them. */
  takeUnhandled(): Handle[] {
    return this.#rejections.take();
  }

  #serveHostCall(argc: number, argv: JSValueConstPointer): JSValuePointer {
    const args = Array.from({ length: argc }, (_, i) =>
      this.#marshal.fromGuest(this.#ffi.QTS_ArgvGetJSValueConstPointer(argv, i)),
    );
    this.#burn(FUEL_PER_HOST_CALL + args.reduce<number>((size, arg) => size + sizeOf(arg), 0));
    let answer: Value | Value[];
    try {
      answer = this.#onHostCall(args);
    } catch (error) {
      // Deep guest code leaves the host little stack: that it ends in the host's part is the guest's doing.
      throw isStackOverflow(error) ? error : new HostCallFailure(error);
    }
    return this.#marshal.toGuest(answer);
  }

  /** Thrown through the WebAssembly frames: QuickJS would make a rejection of an interrupted async function, and go on. */
  #burn(fuel: number): void {
    this.#fuel += fuel;
    if (this.#fuel > this.#fuelLimit) throw new EngineError("fuel", "out of fuel");
  }

  #guard<T>(run: () => T): T {
    if (this.#ended) throw this.#ended.error;
    try {
      return run();
    } catch (error) {
      if (error instanceof GuestException) throw error;
      this.#ended = { error: endOf(error) };
      throw this.#ended.error;
    }
  }

  #unwrap(value: JSValuePointer): JSValuePointer {
    const exception = this.#ffi.QTS_ResolveException(this.#context, value);
    if (!exception) return value;
    const { name, message, stack } = this.#marshal.describeException(exception);
    this.#free(exception);
    const limit = limitOfException(name, message);
    if (limit) throw new EngineError(limit, message);
    throw new GuestException(name, message, stack);
  }

  #free(value: JSValuePointer): void {
    this.#ffi.QTS_FreeValuePointer(this.#context, value);
  }
}

/** Characters or bytes that crossed. */
function sizeOf(value: Value): number {
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
}
