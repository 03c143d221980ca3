import { GuestError } from "../primordials.ts";
import { hide } from "../globals/errors.ts";

/** node-fetch 2's error for a request that failed. */
export class FetchError extends GuestError {
  override name = "FetchError";
  type: string;
  /** The system's name of the error, such as `ECONNREFUSED`, where the message has one. */
  declare code?: string;
  declare errno?: string;

  constructor(message: string, type: string) {
    super(message);
    hide(this, "name");
    this.type = type;
    const code = type === "system" ? /\bE[A-Z]{3,}\b/.exec(message)?.[0] : undefined;
    if (code === undefined) return;
    this.code = code;
    this.errno = code;
  }
}

/** node-fetch 2's error for a request that was aborted. */
export class AbortError extends GuestError {
  override name = "AbortError";
  type = "aborted";

  constructor(message = "The user aborted a request.") {
    super(message);
    hide(this, "name");
  }
}
