import { GuestPromise } from "./primordials.ts";

/**
 * What a plugin gathers and the host does not keep. A call's timers end with it, and a sandbox may be replaced after any call: so what a call
 * has gathered is flushed before the call ends, and a flush that fails is the failure of the call.
 */
export class CallBuffers {
  #due: (() => Promise<void>)[] = [];
  #running: Promise<void>[] = [];

  /** Whether there is nothing to flush, and no flush whose end nobody has seen. */
  get isEmpty(): boolean {
    return this.#due.length === 0 && this.#running.length === 0;
  }

  /** Has something flushed before the call ends. */
  add(flush: () => Promise<void>): void {
    this.#due.push(flush);
  }

  /** Has the call wait for a flush that has begun. */
  wait(flush: Promise<void>): void {
    this.#running.push(flush);
  }

  /** Flushes until nothing is left, also of what the flushes themselves have gathered. Rejects with what one of them failed with. */
  async flush(): Promise<void> {
    while (!this.isEmpty) {
      const due = this.#due;
      const running = this.#running;
      this.#due = [];
      this.#running = [];
      await GuestPromise.all([...running, ...due.map((flush) => flush())]);
    }
  }
}
