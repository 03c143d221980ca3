/**
 * The WebAssembly imports of quickjs-emscripten 0.32.0 (release-sync) that Hoglet serves itself. The names are
 * the minifier's and hold for that version alone; `test/runtime/engine/engine.test.ts` fails when they move.
 */
const NOW = "p";
const LOCALTIME = "m";
const TIMEZONE = "n";
/** Added by `scripts/engine/track-rejections.ts`. */
const REJECTION = "rejection";

/** Byte offset of `tm_gmtoff` in Emscripten's `struct tm`, the one field QuickJS reads. */
const TM_GMTOFF = 36;
const TM_SIZE = 44;

export interface EngineClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Seconds to add to UTC for local time at a moment (milliseconds since the epoch). */
  utcOffset(at: number): number;
}

/** What the engine asks of its host while it runs. */
export interface EngineHooks {
  clock: EngineClock;
  /** A promise was rejected with nobody to handle it, or is handled now after all. Values as QuickJS holds them. */
  onRejection(promise: bigint, reason: bigint, isHandled: boolean): void;
}

/** Serves the engine's clock and time zone, so that a call's time is what the host says and never the machine's. */
export function withHooks(
  imports: WebAssembly.Imports,
  memory: WebAssembly.Memory,
  hooks: EngineHooks,
): WebAssembly.Imports {
  const { clock } = hooks;
  return {
    a: {
      ...imports["a"],
      [NOW]: () => clock.now(),
      [TIMEZONE]: () => undefined,
      [LOCALTIME]: (seconds: bigint, pointer: number) => {
        new Uint8Array(memory.buffer, pointer, TM_SIZE).fill(0);
        new DataView(memory.buffer).setInt32(pointer + TM_GMTOFF, clock.utcOffset(Number(seconds) * 1000), true);
      },
      [REJECTION]: (_context: number, promise: bigint, reason: bigint, isHandled: number) =>
        hooks.onRejection(promise, reason, isHandled !== 0),
    },
  };
}
