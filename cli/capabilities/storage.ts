import { provideStorage as provideFrom } from "../../host/capabilities/storage.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** A run has one plugin config. */
const ONLY_CONFIG = 0;

/** `meta.storage` and `meta.utils.cursor` in a map: key -> JSON text. With the limits and errors that they have in production. */
export function provideStorage(values: Map<string, string>): Capabilities["storage"] {
  return provideFrom(
    {
      storageGet: async (_, key) => values.get(key) ?? null,
      async storageSet(_, key, json) {
        values.set(key, json);
        return null;
      },
      storageDelete: async (_, key) => void values.delete(key),
      async cursorInit(_, key, initial) {
        if (!values.has(key)) values.set(key, JSON.stringify(initial));
        return null;
      },
      cursorIncrement: async (_, key, by) => {
        const current: unknown = JSON.parse(values.get(key) ?? "0");
        if (typeof current !== "number") return null;
        values.set(key, JSON.stringify(current + by));
        return current + by;
      },
    },
    ONLY_CONFIG,
  );
}
