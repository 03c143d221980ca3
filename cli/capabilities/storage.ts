import { provideStorage as provideFrom } from "../../host/capabilities/storage.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** A run has one plugin config. */
const ONLY_CONFIG = 0;

/** `meta.storage` and `meta.utils.cursor` in a map: key -> JSON text. With the limits and errors that they have in production. */
export function provideStorage(values: Map<string, string>): Capabilities["storage"] {
  return provideFrom(
    {
      storageGet: async (_, key) => values.get(key) ?? null,
      storageSet: async (_, key, json) => void values.set(key, json),
      storageDelete: async (_, key) => void values.delete(key),
      cursorInit: async (_, key, initial) => void (values.has(key) || values.set(key, JSON.stringify(initial))),
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
