import { makeError } from "./globals/errors.ts";

/**
 * Stands where a capability that was not granted would be. Nothing behind it reaches the host; every use says which
 * capability is missing and how a person would grant it.
 */
export function deniedCapability(message: string): Record<string, () => never> {
  return new Proxy(
    {},
    {
      get: (_, name) => {
        if (typeof name === "symbol" || name === "then" || name === "toJSON") return undefined;
        return (): never => {
          throw makeError("DeniedError", message);
        };
      },
    },
  );
}
