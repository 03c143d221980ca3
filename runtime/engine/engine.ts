import { DataReader } from "./data-reader.ts";
import type { DataRequest, ReadData } from "./data-reader.ts";
import { parseDump } from "./dump.ts";
import { EngineError, GuestException, endOf, limitOfException } from "./errors.ts";
import type { EngineExports, Handle, Pointer } from "./exports.ts";
import { Heap } from "./heap.ts";
import type { Value } from "./heap.ts";
import { SCRATCH_ADDRESSES, bootVirtualMachine } from "./boot.ts";
import type { Published, VirtualMachine } from "./boot.ts";
import { HostCalls } from "./host-calls.ts";
import type { HostFunctions } from "./host-calls.ts";
import type { Image } from "./image.ts";
import { engineImports } from "./imports.ts";
import type { EngineClock } from "./imports.ts";
import { LinearMemory } from "./linear-memory.ts";
import type { MemorySnapshot } from "./memory-snapshot.ts";
import { Rejections } from "./rejections.ts";

export interface EngineOptions extends HostFunctions {
  /** Bytes the guest may allocate. */
  memoryLimit: number;
  /** Bytes of C stack the guest may use before QuickJS reports `stack overflow`. */
  stackLimit: number;
  clock: EngineClock;
  /** Asked before linear memory grows by so many bytes; where this answers false, the guest runs out of memory. */
  mayGrow?(bytes: number): boolean;
}

/** QuickJS's own count of memory is not asked: the size of linear memory bounds all that the guest has, and refusals come to be known. */
const NO_LIMIT = -1;
/** The largest amount of fuel that the engine's counter holds. */
const MAX_FUEL = 0x7fff_ffff;
const EVAL_GLOBAL = 0;
const NOT_A_MODULE = 0;
const ALL_JOBS = -1;

/**
 * One QuickJS virtual machine in a WebAssembly instance of its own: the whole surface through which Hoglet knows
 * QuickJS. Only texts, numbers and byte arrays cross it.
 */
export class Engine {
  readonly #exports: EngineExports;
  readonly #heap: Heap;
  readonly #hostCalls: HostCalls;
  readonly #data: DataReader;
  readonly #vm: VirtualMachine;
  readonly #memory: LinearMemory;
  readonly #rejections: Rejections;
  readonly #undefined: Pointer;
  #allowed = MAX_FUEL;
  #spent = 0;
  /** What ended this engine; it is thrown again at every later use. */
  #ended: { error: unknown } | undefined;

  /**
   * Starts a virtual machine from its image, or, for the build that makes one, anew.
   * @param snapshot of an engine that was started from the same image: this one goes on where that one was
   */
  constructor(from: Image | Published, options: EngineOptions, snapshot?: MemorySnapshot) {
    const { clock, memoryLimit, stackLimit, mayGrow } = options;
    this.#memory = new LinearMemory({ pages: from.pages, limit: memoryLimit, mayGrow }, () => {
      // The engine may grow while it boots, before there is a heap to read.
      if (this.#heap) this.#heap.refresh();
    });
    const { memory } = this.#memory;
    const imports = engineImports(memory, {
      clock,
      callHost: (argc, argv, number) => this.#hostCalls.serve(argc, argv, number),
      grow: (bytes) => this.#memory.grow(bytes),
      onRejection: (promise, reason, isHandled) => this.#rejections.note(promise, reason, isHandled),
    });
    this.#exports = new WebAssembly.Instance(from.module, imports).exports as unknown as EngineExports;
    this.#vm = "context" in from ? from : bootVirtualMachine(this.#exports, memory);
    if (snapshot) this.#restore(snapshot);
    this.#heap = new Heap(this.#exports, this.#vm, memory, memoryLimit);
    this.#hostCalls = new HostCalls(options, this.#heap, (fuel) => this.burn(fuel));
    this.#data = new DataReader(this.#heap, this.#vm);
    this.#rejections = new Rejections(this.#exports, this.#vm.context, this.#heap);
    this.#undefined = this.#exports.QTS_GetUndefined();
    this.#exports.QTS_RuntimeSetMemoryLimit(this.#vm.runtime, NO_LIMIT);
    this.#exports.QTS_RuntimeSetMaxStackSize(this.#vm.runtime, stackLimit);
  }

  /** Fuel used since the start. */
  get fuel(): number {
    return this.#spent + this.#allowed - Math.max(0, this.#exports.fuel.value);
  }

  /** Bytes of linear memory the instance holds. */
  get memoryBytes(): number {
    return this.#memory.byteLength;
  }

  /**
   * Whether guest code was refused memory since fuel was last allowed. It may have done without; but where QuickJS lacks the memory for
   * an error, it throws null, and where it lacks that for a promise's job, nothing happens.
   */
  get isShortOfMemory(): boolean {
    return this.#memory.isShort;
  }

  /** Lets guest code use this much more fuel from now on; past it the engine ends with the fault `fuel`. */
  allowFuel(fuel: number): void {
    this.#memory.isShort = false;
    this.#spent = this.fuel;
    this.#allowed = Math.min(fuel, MAX_FUEL);
    this.#exports.fuel.value = this.#allowed;
  }

  /** Charges for what the host does on the guest's behalf. */
  burn(fuel: number): void {
    const { fuel: left } = this.#exports;
    left.value = Math.max(-1, left.value - fuel);
    if (left.value < 0) throw new EngineError("fuel", "out of fuel");
  }

  /**
   * Runs a sloppy-mode script in the global scope.
   * @returns a handle on its completion value
   * @throws {GuestException} when the script throws, {EngineError} when the engine is lost
   */
  evaluate(code: string, filename: string): Handle {
    return this.#guard(() => {
      const { free, QTS_Eval } = this.#exports;
      const { pointer, length } = this.#heap.writeText(code);
      const name = this.#heap.writeText(filename);
      const result = QTS_Eval(this.#vm.context, pointer, length, name.pointer, NOT_A_MODULE, EVAL_GLOBAL);
      free(pointer);
      free(name.pointer);
      return this.#unwrap(result);
    });
  }

  /** The guest's view of the host function with this number, to be handed to guest code with `call`. */
  hostFunction(number: number): Handle {
    const name = this.#heap.writeText("host");
    const made = this.#exports.QTS_NewFunction(this.#vm.context, name.pointer, 0, 0, number);
    this.#exports.free(name.pointer);
    return made;
  }

  /** A property of a value that the guest handed over. */
  property(of: Handle, name: string): Handle {
    return this.#guard(() => {
      const key = this.#heap.create(name);
      const value = this.#unwrap(this.#exports.QTS_GetProp(this.#vm.context, of, key));
      this.#free(key);
      return value;
    });
  }

  /**
   * Calls a guest function.
   * @param args values to copy in, or handles; at most 16
   * @returns a handle on what it returned; the caller releases it with `release`
   * @throws {GuestException} when it throws, {EngineError} when the engine is lost
   */
  call(fn: Handle, args: readonly (Value | { handle: Handle })[]): Handle {
    return this.#guard(() => {
      const created = this.#writeArguments(args);
      const argv = this.#vm.scratch + SCRATCH_ADDRESSES;
      const result = this.#exports.QTS_Call(this.#vm.context, fn, this.#undefined, args.length, argv);
      for (const value of created) this.#free(value);
      return this.#unwrap(result);
    });
  }

  /** Calls a guest function for what it does. */
  run(fn: Handle, args: readonly (Value | { handle: Handle })[]): void {
    this.release(this.call(fn, args));
  }

  /** @returns the values that had to be made for it, to be released after the call */
  #writeArguments(args: readonly (Value | { handle: Handle })[]): readonly Handle[] {
    const { scratch } = this.#vm;
    const created: Handle[] = [];
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      let at: Pointer = scratch + i * 8;
      if (typeof arg === "string" || arg instanceof Uint8Array) created.push((at = this.#heap.create(arg)) as Handle);
      else if (typeof arg === "object" && arg !== null) at = arg.handle;
      else this.#heap.writeScalar(at, arg);
      this.#heap.writePointer(scratch + SCRATCH_ADDRESSES + i * 4, at);
    }
    return created;
  }

  /** Copies a guest value out. A text costs the guest one fuel for each character. */
  read(handle: Handle): Value {
    return this.#guard(() => {
      this.burn(this.#heap.lengthOf(handle));
      return this.#heap.read(handle);
    });
  }

  /** Reads a whole value where it lies. It costs the guest fuel by its size. */
  readData(at: Pointer, request: DataRequest): ReadData {
    const read = this.#data.read(this.#memory.memory.buffer, at, request);
    this.burn(read.size);
    return read;
  }

  /** Calls a guest function and copies out what it returned. */
  ask(fn: Handle, args: readonly (Value | { handle: Handle })[]): Value {
    const result = this.call(fn, args);
    const value = this.read(result);
    this.release(result);
    return value;
  }

  /** Releases a handle. With the last one goes the value, and all that it held: that takes fuel. */
  release(handle: Handle): void {
    this.#guard(() => this.#free(handle));
  }

  /**
   * Runs the promise jobs that are due, and those that they bring about.
   * @throws {GuestException} when a job throws, {EngineError} when the engine is lost
   */
  pump(): void {
    this.#guard(() => {
      const { runtime, scratch } = this.#vm;
      if (this.#exports.QTS_IsJobPending(runtime) !== 1) return;
      const ran = this.#exports.QTS_ExecutePendingJob(runtime, ALL_JOBS, scratch);
      const isDone = typeof this.#heap.read(ran) === "number";
      if (!isDone) throw this.#exception(ran);
      this.#exports.free(ran);
    });
  }

  /** The memory itself, not a copy, and where things lie in it: what an image or a snapshot is made of. Nothing may be under way. */
  snapshot(): { memory: Uint8Array; vm: VirtualMachine } {
    return { memory: new Uint8Array(this.#memory.memory.buffer), vm: this.#vm };
  }

  /** The reasons of promises that were rejected since the last time and that nobody handled. The caller releases them. */
  takeUnhandled(): Handle[] {
    return this.#rejections.take();
  }

  #restore({ length, blocks }: MemorySnapshot): void {
    const missing = length - this.#memory.byteLength;
    if (missing > 0 && !this.#memory.grow(length))
      throw new EngineError("memory", "there is no memory for the snapshot");
    const bytes = new Uint8Array(this.#memory.memory.buffer);
    for (const [offset, content] of blocks) bytes.set(content, offset);
  }

  #free(handle: Handle): void {
    this.#exports.QTS_FreeValuePointer(this.#vm.context, handle);
  }

  #guard<T>(run: () => T): T {
    if (this.#ended) throw this.#ended.error;
    try {
      return run();
    } catch (error) {
      if (error instanceof GuestException) throw error;
      this.#ended = { error: this.#endOf(error) };
      throw this.#ended.error;
    }
  }

  #endOf(error: unknown): unknown {
    const cause = { cause: error };
    if (this.#exports.fuel.value < 0 && error instanceof WebAssembly.RuntimeError)
      return new EngineError("fuel", "out of fuel", cause);
    const end = endOf(error);
    // QuickJS does not look at every pointer that it could not get.
    const isOfMemory = this.#memory.isShort && end instanceof EngineError && end.fault === "trap";
    return isOfMemory ? new EngineError("memory", "out of memory", cause) : end;
  }

  #unwrap(value: Handle): Handle {
    if (!this.#heap.isException(value)) return value;
    throw this.#exception(this.#exports.QTS_ResolveException(this.#vm.context, value));
  }

  /** The error that a thrown value stands for. Releases the value. */
  #exception(thrown: Handle): Error {
    const dump = this.#exports.QTS_Dump(this.#vm.context, thrown);
    const { name, message, stack } = parseDump(this.#heap.readText(dump));
    this.#exports.QTS_FreeCString(this.#vm.context, dump);
    this.#free(thrown);
    // Nor is there always the memory to tell of what was thrown.
    const saysNothing = name === "" && (message === "null" || message === "");
    const limit = saysNothing && this.#memory.isShort ? "memory" : limitOfException(name, message);
    return limit
      ? new EngineError(limit, limit === "memory" ? "out of memory" : message)
      : new GuestException(name, message, stack);
  }
}
