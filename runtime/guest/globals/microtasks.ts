import { GuestPromise, GuestTypeError, then } from "../primordials.ts";

/** The web's `queueMicrotask`. What the function throws is told as what nobody handled. */
export function queueMicrotask(task: unknown): void {
  if (typeof task !== "function") throw new GuestTypeError("queueMicrotask needs a function");
  then(
    GuestPromise.resolve(),
    () => void (task as () => unknown)(),
    () => undefined,
  );
}
