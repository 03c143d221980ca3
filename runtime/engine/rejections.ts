import type { EngineExports, Handle, Pointer } from "./exports.ts";
import type { Heap } from "./heap.ts";

/** Rejections that are remembered at a time; a plugin that makes more has told enough. */
const MAX_TRACKED = 32;

interface Rejection {
  /** The promise, as QuickJS passes values: for telling one from another, never to be dereferenced. */
  promise: bigint;
  reason: Handle;
}

/** The promises of a guest that were rejected and that nobody has handled so far. */
export class Rejections {
  readonly #exports: EngineExports;
  readonly #context: Pointer;
  readonly #heap: Heap;
  #tracked: Rejection[] = [];

  constructor(exports: EngineExports, context: Pointer, heap: Heap) {
    this.#exports = exports;
    this.#context = context;
    this.#heap = heap;
  }

  /** What QuickJS tells: a promise was rejected with nobody to handle it, or is handled now after all. */
  note(promise: bigint, reason: bigint, isHandled: boolean): void {
    if (!isHandled) {
      if (this.#tracked.length < MAX_TRACKED) this.#tracked.push({ promise, reason: this.#keep(reason) });
      return;
    }
    const index = this.#tracked.findLastIndex((rejection) => rejection.promise === promise);
    for (const rejection of index < 0 ? [] : this.#tracked.splice(index, 1))
      this.#exports.QTS_FreeValuePointer(this.#context, rejection.reason);
  }

  /** The reasons of all that are left, oldest first; the caller releases them. */
  take(): Handle[] {
    if (this.#tracked.length === 0) return [];
    const reasons = this.#tracked.map(({ reason }) => reason);
    this.#tracked = [];
    return reasons;
  }

  /** A counted reference to a value that QuickJS passed by itself rather than by address. */
  #keep(value: bigint): Handle {
    const at = this.#heap.allocate(8);
    this.#heap.writeBigInt(at, value);
    const kept = this.#exports.QTS_DupValuePointer(this.#context, at);
    this.#exports.free(at);
    return kept;
  }
}
