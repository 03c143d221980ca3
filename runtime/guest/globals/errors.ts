import { GuestError, GuestTypeError, defineProperty } from "../primordials.ts";

/** Thrown by a plugin to have the call tried again later. The same class as `@posthog/plugin-scaffold`'s. */
export class RetryError extends GuestError {
  override name = "RetryError";
  constructor(message?: string) {
    super(message);
    hide(this, "name");
  }
}

/** Thrown by a plugin to drop the event with a reason. */
export class DropEvent extends GuestError {
  override name = "DropEvent";
  constructor(message?: string) {
    super(message);
    hide(this, "name");
  }
}

const BUILTIN: Record<string, (message: string) => Error> = {
  TypeError: (message) => new GuestTypeError(message),
  RangeError: (message) => new RangeError(message),
  SyntaxError: (message) => new SyntaxError(message),
};

/** An error of the named kind, as the guest's own code would have made it. */
export function makeError(name: string, message: string): Error {
  const builtin = BUILTIN[name];
  if (builtin) return builtin(message);
  const error = new GuestError(message);
  error.name = name;
  hide(error, "name");
  return error;
}

/** Builtin errors keep their name off the object's own enumerable keys; ours do too. */
export function hide(error: Error, key: string): void {
  defineProperty(error, key, { enumerable: false });
}
