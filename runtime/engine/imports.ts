import { EngineError } from "./errors.ts";
import type { Pointer } from "./exports.ts";

/** Byte offset of `tm_gmtoff` in Emscripten's `struct tm`, the one field QuickJS reads. */
const TM_GMTOFF = 36;
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
 * Everything that the engine imports. The names are the minifier's and hold for quickjs-emscripten 0.32.0 (release-sync) alone;
 * `scripts/engine/meter.ts` knows the same ones. There is no environment, no file and no clock but the host's, and nothing here does
 * work that grows with what the guest hands over, but what it bills.
 */
export function engineImports(memory: WebAssembly.Memory, hooks: EngineHooks): WebAssembly.Imports {
  const view = (): DataView => new DataView(memory.buffer);
  const trap = (reason: string) => (): never => {
    throw new EngineError("trap", reason);
  };
  return {
    a: {
      a: memory,
      /** __assert_fail, abort, exit */
      b: trap("an assertion of the engine failed"),
      q: trap("the engine aborted"),
      r: trap("the engine exited"),
      /** fd_write: QuickJS prints only when it is asked to dump its state. All is taken and dropped. */
      c(_file: number, vectors: Pointer, count: number, written: Pointer): number {
        let bytes = 0;
        for (let i = 0; i < count; i++) bytes += view().getUint32(vectors + i * 8 + 4, true);
        view().setUint32(written, bytes, true);
        return 0;
      },
      /** fd_close, fd_seek */
      d: () => EBADF,
      o: () => ESPIPE,
      /** environ_get, environ_sizes_get: an empty environment. */
      e: () => 0,
      f(count: Pointer, bytes: Pointer): number {
        view().setUint32(count, 0, true);
        view().setUint32(bytes, 0, true);
        return 0;
      },
      /** emscripten_resize_heap */
      k: (bytes: number) => (hooks.grow(bytes >>> 0) ? 1 : 0),
      /** __runtime_keepalive_clear, setitimer, free_host_ref */
      l: () => undefined,
      j: () => 0,
      t: () => undefined,
      /** tzset, localtime, emscripten_date_now */
      n: () => undefined,
      m(seconds: bigint, time: Pointer): void {
        new Uint8Array(memory.buffer, time, TM_SIZE).fill(0);
        view().setInt32(time + TM_GMTOFF, hooks.clock.utcOffset(Number(seconds) * 1000), true);
      },
      p: () => hooks.clock.now(),
      /** The host functions, the interrupt handler (never enabled: fuel takes its place), and ES modules (there are none). */
      s: (_context: Pointer, _self: Pointer, argc: number, argv: Pointer, hostRef: number) =>
        hooks.callHost(argc, argv, hostRef),
      i: () => 0,
      h: trap("the engine loads no ES modules"),
      g: trap("the engine loads no ES modules"),
      /** Added by `scripts/engine/track-rejections.ts`. */
      rejection: (_context: Pointer, promise: bigint, reason: bigint, isHandled: number) =>
        hooks.onRejection(promise, reason, isHandled !== 0),
    },
  };
}
