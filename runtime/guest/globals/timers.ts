import type { Capabilities } from "../../../wit/generated/contract.ts";
import { emptyTable, then } from "../primordials.ts";

type Callback = (...args: unknown[]) => unknown;

export interface Timers {
  setTimeout(callback: Callback, delay?: unknown, ...args: unknown[]): number;
  setInterval(callback: Callback, delay?: unknown, ...args: unknown[]): number;
  setImmediate(callback: Callback, ...args: unknown[]): number;
  clearTimeout(id: unknown): void;
  clearInterval(id: unknown): void;
  clearImmediate(id: unknown): void;
}

/** Timers over the host's `sleep`. They end with the call that set them: a call waits for what it left running. */
export function makeTimers(host: Capabilities["timers"]): Timers {
  const active = emptyTable<true>();
  let lastId = 0;

  const sleep = (id: number, delay: number, fire: () => void) =>
    then(
      host.sleep(id, delay),
      () => active[id] && fire(),
      () => delete active[id],
    );

  const start = (callback: Callback, delay: unknown, repeat: boolean, args: unknown[]): number => {
    if (typeof callback !== "function") throw new TypeError("a timer needs a function to call");
    const id = ++lastId;
    // A delay is a 32-bit integer, as everywhere on the web: what is not, Infinity too, is no delay.
    const milliseconds = Math.max(repeat ? 1 : 0, Number(delay) | 0);
    active[id] = true;
    const fire = () => {
      if (!repeat) delete active[id];
      callback(...args);
      if (repeat && active[id]) sleep(id, milliseconds, fire);
    };
    sleep(id, milliseconds, fire);
    return id;
  };

  const clear = (id: unknown): void => {
    if (typeof id !== "number" || !active[id]) return;
    delete active[id];
    host.cancel(id);
  };

  return {
    setTimeout: (callback, delay, ...args) => start(callback, delay, false, args),
    setInterval: (callback, delay, ...args) => start(callback, delay, true, args),
    setImmediate: (callback, ...args) => start(callback, 0, false, args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}
