import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestTypeError, emptyTable, forEachKey, then } from "../primordials.ts";

type Callback = (...args: unknown[]) => unknown;

let host: Capabilities["timers"];
let lastId = 0;
/** Timers that are set, by the id of their sleep. */
const active = emptyTable<Timeout>();
/** Those that no call waits for. */
const unref = emptyTable<true>();

/** `close`, whatever a plugin did to the class. */
let stop: (timer: Timeout | undefined) => void;

/** @param timers what all timers of this sandbox stand on */
export function connectTimers(timers: Capabilities["timers"]): void {
  host = timers;
}

/** Ends the timers that no call waits for. Their functions are not called. */
export function cancelUnref(): void {
  forEachKey(unref, (id) => stop(active[id]));
}

/** What setting a timer gives, as in Node. It ends with the call that set it: a call waits for what it left running. */
export class Timeout {
  readonly #callback: () => unknown;
  readonly #milliseconds: number;
  readonly #repeats: boolean;
  #id = 0;
  #isUnref = false;

  static {
    stop = (timer) => {
      const id = timer ? timer.#id : 0;
      if (!timer || active[id] !== timer) return;
      delete active[id];
      delete unref[id];
      host.cancel(id);
    };
  }

  constructor(callback: () => unknown, delay: unknown, repeats = false) {
    if (typeof callback !== "function") throw new GuestTypeError("a timer needs a function to call");
    this.#callback = callback;
    // A delay is a 32-bit integer, as everywhere on the web: what is not, Infinity too, is no delay.
    this.#milliseconds = Math.max(repeats ? 1 : 0, Number(delay) | 0);
    this.#repeats = repeats;
    this.#start();
  }

  /** The call waits for the timer, which is what timers begin as. A timer that changes sides starts anew. */
  ref(): this {
    return this.#restart(false);
  }

  /** The call does not wait for the timer, which ends when nothing else is under way. */
  unref(): this {
    return this.#restart(true);
  }

  hasRef(): boolean {
    return !this.#isUnref;
  }

  /** Starts the delay anew, also of a timer that is over. */
  refresh(): this {
    stop(this);
    this.#start();
    return this;
  }

  close(): this {
    stop(this);
    return this;
  }

  /** A number that clears the timer, too. */
  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  #restart(isUnref: boolean): this {
    if (this.#isUnref === isUnref) return this;
    this.#isUnref = isUnref;
    return active[this.#id] === this ? this.refresh() : this;
  }

  #start(): void {
    const id = ++lastId;
    this.#id = id;
    active[id] = this;
    if (this.#isUnref) unref[id] = true;
    this.#sleep(id);
  }

  #sleep(id: number): void {
    const slept = this.#isUnref ? host.sleepUnref(id, this.#milliseconds) : host.sleep(id, this.#milliseconds);
    then(
      slept,
      () => this.#fire(id),
      () => {
        delete active[id];
        delete unref[id];
      },
    );
  }

  #fire(id: number): void {
    if (active[id] !== this) return;
    if (!this.#repeats) {
      delete active[id];
      delete unref[id];
    }
    (0, this.#callback)();
    if (this.#repeats && active[id] === this) this.#sleep(id);
  }
}

/** Takes what `setTimeout` gave, the number or the text that it turns into, and anything else, which is no timer. */
function clear(timer: unknown): void {
  if (timer instanceof Timeout) stop(timer);
  else if (typeof timer === "number" || typeof timer === "string") stop(active[timer]);
}

/** The functions that set and clear timers. */
export const timers = {
  setTimeout: (callback: Callback, delay?: unknown, ...args: unknown[]) => set(callback, delay, args, false),
  setInterval: (callback: Callback, delay?: unknown, ...args: unknown[]) => set(callback, delay, args, true),
  setImmediate: (callback: Callback, ...args: unknown[]) => set(callback, 0, args, false),
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
};

function set(callback: Callback, delay: unknown, args: unknown[], repeats: boolean): Timeout {
  if (typeof callback !== "function") throw new GuestTypeError("a timer needs a function to call");
  const timer = new Timeout(() => callback.apply(timer, args), delay, repeats);
  return timer;
}
