import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** Characters of a storage key, as PostHog's column allows. */
const MAX_KEY = 200;

/** `meta.storage` and `meta.utils.cursor` in a map: key -> JSON text. */
export function provideStorage(values: Map<string, string>): Capabilities["storage"] {
  return {
    get: async (key) => values.get(checked(key)),
    async set(key, value) {
      values.set(checked(key), value);
    },
    async del(key) {
      values.delete(checked(key));
    },
    async cursorInit(key, initial) {
      if (!values.has(checked(key))) values.set(key, JSON.stringify(initial));
    },
    async cursorIncrement(key, by) {
      const current: unknown = JSON.parse(values.get(checked(key)) ?? "0");
      if (typeof current !== "number")
        throw new HostError("TypeError", `utils.cursor.increment: "${key}" does not hold a number`);
      values.set(key, JSON.stringify(current + by));
      return current + by;
    },
  };
}

function checked(key: string): string {
  if (key.length > MAX_KEY)
    throw new HostError("RangeError", `storage: a key has at most ${MAX_KEY} characters, this one has ${key.length}`);
  return key;
}
