import { EngineError } from "./errors.ts";
import type { Pointer } from "./exports.ts";
import { IMPORTS } from "./import-names.ts";

/** Byte offset of `tm_gmtoff` in Emscripten's `struct tm`, the one field QuickJS reads. */
export const TM_GMTOFF = 36;
const TM_SIZE = 44;
/** WASI's errors for files that are not open, and for files that cannot be sought. */
const EBADF = 52;
const ESPIPE = 70;

export interface EngineClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Seconds to add to UTC for local time at a moment (milliseconds since the epoch). */
  utcOffset(at: number): number;
}

/** What the engine asks of its host while it runs. */
export interface EngineHooks {
  clock: EngineClock;
  /** Guest code calls a host function. Gives the address of the answer, or 0 for undefined. */
  callHost(argc: number, argv: Pointer, hostRef: number): Pointer;
  /** The engine needs linear memory of at least this many bytes. @returns whether it has it now */
  grow(bytes: number): boolean;
  /** A promise was rejected with nobody to handle it, or is handled now after all. Values as QuickJS holds them. */
  onRejection(promise: bigint, reason: bigint, isHandled: boolean): void;
}

/**
 * Everything that the engine imports. There is no environment, no file and no clock but the host's, and nothing here does
 * work that grows with what the guest hands over, but what it bills.
 */
export function engineImports(memory: WebAssembly.Memory, hooks: EngineHooks): WebAssembly.Imports {
  const view = (): DataView => new DataView(memory.buffer);
  const trap = (reason: string) => (): never => {
    throw new EngineError("trap", reason);
  };
  return {
    a: {
      [IMPORTS.memory]: memory,
      [IMPORTS.assertFail]: trap("an assertion of the engine failed"),
      [IMPORTS.abort]: trap("the engine aborted"),
      [IMPORTS.exit]: trap("the engine exited"),
      // QuickJS prints only when it is asked to dump its state. All is taken and dropped.
      [IMPORTS.fdWrite](_file: number, vectors: Pointer, count: number, written: Pointer): number {
        let bytes = 0;
        for (let i = 0; i < count; i++) bytes += view().getUint32(vectors + i * 8 + 4, true);
        view().setUint32(written, bytes, true);
        return 0;
      },
      [IMPORTS.fdClose]: () => EBADF,
      [IMPORTS.fdSeek]: () => ESPIPE,
      // An empty environment.
      [IMPORTS.environGet]: () => 0,
      [IMPORTS.environSizesGet](count: Pointer, bytes: Pointer): number {
        view().setUint32(count, 0, true);
        view().setUint32(bytes, 0, true);
        return 0;
      },
      [IMPORTS.resizeHeap]: (bytes: number) => (hooks.grow(bytes >>> 0) ? 1 : 0),
      [IMPORTS.keepaliveClear]: () => undefined,
      [IMPORTS.setTimer]: () => 0,
      [IMPORTS.setTimeZone]: () => undefined,
      [IMPORTS.localTime](seconds: bigint, time: Pointer): void {
        new Uint8Array(memory.buffer, time, TM_SIZE).fill(0);
        view().setInt32(time + TM_GMTOFF, hooks.clock.utcOffset(Number(seconds) * 1000), true);
      },
      [IMPORTS.dateNow]: () => hooks.clock.now(),
      [IMPORTS.callFunction]: (_context: Pointer, _self: Pointer, argc: number, argv: Pointer, hostRef: number) =>
        hooks.callHost(argc, argv, hostRef),
      [IMPORTS.freeHostRef]: () => undefined,
      // QuickJS's interrupt handler is never enabled: fuel takes its place.
      [IMPORTS.shouldInterrupt]: () => 0,
      [IMPORTS.loadModule]: trap("the engine loads no ES modules"),
      [IMPORTS.normalizeModule]: trap("the engine loads no ES modules"),
      // Added by `scripts/engine/track-rejections.ts`.
      rejection: (_context: Pointer, promise: bigint, reason: bigint, isHandled: number) =>
        hooks.onRejection(promise, reason, isHandled !== 0),
    },
  };
}
