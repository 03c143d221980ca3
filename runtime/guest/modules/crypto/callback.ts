import { GuestTypeError } from "../../primordials.ts";

type Callback = (error: unknown, value?: unknown) => void;

/** Does at once what Node does in the background, and tells a callback later. Without one the result is returned. */
export function withCallback<T>(callback: unknown, run: () => T): T | undefined {
  if (callback === undefined) return run();
  later(callback, run);
  return undefined;
}

/** Does at once what Node does in the background, and tells a callback later. */
export function later(callback: unknown, run: () => unknown): void {
  if (typeof callback !== "function") throw new GuestTypeError('The "callback" argument must be of type function.');
  const done = callback as Callback;
  void Promise.resolve().then(() => {
    let value: unknown;
    try {
      value = run();
    } catch (error) {
      return done(error);
    }
    return done(null, value);
  });
}
