import { HostError } from "../../../runtime/host-error.ts";

/**
 * Does something that the platform may refuse for what a plugin gave it.
 * @throws {HostError} with the platform's own words, which plugins know from Node
 */
export function attempt<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name } = error;
    throw new HostError(name === "TypeError" || name === "RangeError" ? name : "Error", error.message, {
      cause: error,
    });
  }
}
