import type { QuickJSFFI } from "@jitl/quickjs-wasmfile-release-sync/ffi";
import type {
  JSContextPointer,
  JSRuntimePointer,
  JSValueConstPointer,
  JSValuePointer,
  QuickJSEmscriptenModule,
} from "@jitl/quickjs-ffi-types";

/** Byte offset of `host_promise_rejection_tracker` in QuickJS's JSRuntime. */
const TRACKER_FIELD = 160;
/** The slot of the engine's function table that `scripts/engine/track-rejections.ts` adds. */
const TRACKER_SLOT = 471;
/** Rejections that are remembered at a time; a plugin that makes more has told enough. */
const MAX_TRACKED = 32;

interface Rejection {
  /** The promise, as QuickJS passes values: for telling one from another, never to be dereferenced. */
  promise: bigint;
  reason: JSValuePointer;
}

/** The promises of a guest that were rejected and that nobody has handled so far. */
export class Rejections {
  readonly #module: QuickJSEmscriptenModule;
  readonly #ffi: QuickJSFFI;
  readonly #context: JSContextPointer;
  #tracked: Rejection[] = [];

  constructor(module: QuickJSEmscriptenModule, ffi: QuickJSFFI, runtime: JSRuntimePointer, context: JSContextPointer) {
    this.#module = module;
    this.#ffi = ffi;
    this.#context = context;
    new DataView(module.HEAPU8.buffer).setUint32(runtime + TRACKER_FIELD, TRACKER_SLOT, true);
  }

  /** What QuickJS tells: a promise was rejected with nobody to handle it, or is handled now after all. */
  note(promise: bigint, reason: bigint, isHandled: boolean): void {
    if (!isHandled) {
      if (this.#tracked.length < MAX_TRACKED) this.#tracked.push({ promise, reason: this.#keep(reason) });
      return;
    }
    const index = this.#tracked.findLastIndex((rejection) => rejection.promise === promise);
    for (const rejection of index < 0 ? [] : this.#tracked.splice(index, 1))
      this.#ffi.QTS_FreeValuePointer(this.#context, rejection.reason);
  }

  /** The reasons of all that are left, oldest first; the caller releases them. */
  take(): JSValuePointer[] {
    const reasons = this.#tracked.map(({ reason }) => reason);
    this.#tracked = [];
    return reasons;
  }

  /** A counted reference to a value that QuickJS passed by itself rather than by pointer. */
  #keep(value: bigint): JSValuePointer {
    const pointer = this.#module._malloc(8) as JSValueConstPointer;
    new DataView(this.#module.HEAPU8.buffer).setBigInt64(pointer, value, true);
    const kept = this.#ffi.QTS_DupValuePointer(this.#context, pointer);
    this.#module._free(pointer);
    return kept;
  }
}
