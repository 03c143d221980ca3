import type { Capabilities } from "../../wit/generated/contract.ts";
import type { Clock } from "../run/clock.ts";

interface Sleep {
  id: number;
  dueAt: number;
  end(): void;
}

/** Timers on a frozen clock: when a call can do nothing but wait for them, the clock moves on to the next. */
export class VirtualTimers {
  readonly #clock: Clock;
  readonly #wallMs: number;
  /** In the order in which they were set. */
  readonly #sleeps = new Set<Sleep>();
  #startedAt = 0;

  /** @param wallMs how long a call may take, in the frozen clock's time */
  constructor(clock: Clock, wallMs: number) {
    this.#clock = clock;
    this.#wallMs = wallMs;
  }

  /** Starts a call: its time is counted from here. */
  begin(): void {
    this.#startedAt = this.#clock.now();
  }

  /** Timers for a sandbox. Those of the one before it are gone, as it is. */
  provide(): Capabilities["timers"] {
    this.#sleeps.clear();
    const sleep = (id: number, milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        this.#sleeps.add({ id, dueAt: this.#clock.now() + Math.max(0, milliseconds || 0), end: resolve });
      });
    return {
      sleep,
      sleepUnref: sleep,
      cancel: (id) => {
        for (const sleep of this.#sleeps) if (sleep.id === id) this.#end(sleep);
      },
    };
  }

  /** The sandbox's `onIdle`: ends the sleep that is due first, if the guest waits for nothing but sleeps. */
  onIdle(pending: number): "timeout" | undefined {
    if (this.#sleeps.size === 0 || pending > this.#sleeps.size) return undefined;
    const [next] = [...this.#sleeps].sort((a, b) => a.dueAt - b.dueAt);
    if (!next) return undefined;
    if (next.dueAt - this.#startedAt > this.#wallMs) return "timeout";
    this.#clock.advance(Math.max(0, next.dueAt - this.#clock.now()));
    this.#end(next);
    return undefined;
  }

  #end(sleep: Sleep): void {
    this.#sleeps.delete(sleep);
    sleep.end();
  }
}
