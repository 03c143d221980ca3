import { GuestTypeError } from "../../primordials.ts";

type Tell = (error: unknown, value?: unknown) => unknown;

/** Does at once what Node does in the background, and tells a callback later. Without one the result is returned. */
export function withCallback<T>(callback: unknown, run: () => T): T | undefined {
  if (callback === undefined) return run();
  later(callback, run);
  return undefined;
}

/** Does a little later what Node does in the background, and tells a callback. */
export function later(callback: unknown, run: () => unknown): void {
  if (typeof callback !== "function") throw new GuestTypeError('The "callback" argument must be of type function.');
  const tell = callback as Tell;
  void Promise.resolve()
    .then(run)
    .then(
      (value) => tell(null, value),
      (error) => tell(error),
    );
}
