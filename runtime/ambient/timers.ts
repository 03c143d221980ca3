import type { Capabilities } from "../../wit/generated/contract.ts";
import type { CallScope } from "../sandbox-options.ts";

/** Timers on real time. The end of a call ends its timers. */
export function provideTimers(scope: CallScope): Capabilities["timers"] {
  const active = new Map<number, () => void>();
  const sleep = (id: number, milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const { signal } = scope;
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        active.delete(id);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
      active.set(id, end);
    });
  return {
    sleep,
    sleepUnref: sleep,
    cancel(id) {
      active.get(id)?.();
    },
  };
}
