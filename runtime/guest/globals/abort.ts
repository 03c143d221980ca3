import { GuestTypeError } from "../primordials.ts";
import { DOMException } from "./dom-exception.ts";
import { Event, EventTarget } from "./event-target.ts";
import { Timeout } from "./timers.ts";

/** Milliseconds that a timer can take. */
const LONGEST = 0x7fff_ffff;

/** Aborts a signal, and with it those that follow it. */
let abort: (signal: AbortSignal, reason: unknown) => void;
let makeSignal: () => AbortSignal;

/** The web's `AbortSignal` class. */
export class AbortSignal extends EventTarget {
  #isAborted = false;
  #reason: unknown;
  readonly #followers: AbortSignal[] = [];
  #handler: ((event: Event) => unknown) | null = null;

  static {
    makeSignal = () => new AbortSignal(makeSignal);
    abort = (signal, reason = new DOMException("This operation was aborted", "AbortError")) => {
      if (signal.#isAborted) return;
      signal.#isAborted = true;
      signal.#reason = reason;
      signal.dispatchEvent(new Event("abort"));
      for (const follower of signal.#followers.splice(0)) abort(follower, reason);
    };
  }

  constructor(key?: unknown) {
    super();
    if (key !== makeSignal) throw new GuestTypeError("Illegal constructor");
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = makeSignal();
    abort(signal, reason);
    return signal;
  }

  /** No call waits for the timer: where nothing else is under way, there is nothing left to abort. */
  static timeout(milliseconds: unknown): AbortSignal {
    const delay = Number(milliseconds);
    if (!(delay >= 0)) throw new GuestTypeError("AbortSignal.timeout needs a number of milliseconds");
    const signal = makeSignal();
    const fire = (): void =>
      abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    new Timeout(fire, Math.min(delay, LONGEST)).unref();
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const combined = makeSignal();
    const all = [...signals];
    for (const signal of all)
      if (!(signal instanceof AbortSignal)) throw new GuestTypeError("AbortSignal.any needs a list of AbortSignals");
    const aborted = all.find((signal) => signal.#isAborted);
    if (aborted) abort(combined, aborted.#reason);
    else for (const signal of all) signal.#followers.push(combined);
    return combined;
  }

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  get onabort(): ((event: Event) => unknown) | null {
    return this.#handler;
  }

  set onabort(handler: unknown) {
    if (this.#handler) this.removeEventListener("abort", this.#handler);
    this.#handler = typeof handler === "function" ? (handler as (event: Event) => unknown) : null;
    if (this.#handler) this.addEventListener("abort", this.#handler);
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  override get [Symbol.toStringTag](): string {
    return "AbortSignal";
  }
}

/** The web's `AbortController` class. */
export class AbortController {
  readonly #signal = makeSignal();

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason?: unknown): void {
    abort(this.#signal, reason);
  }

  get [Symbol.toStringTag](): string {
    return "AbortController";
  }
}
