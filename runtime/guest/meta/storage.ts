import type { Capabilities } from "../../../wit/generated/contract.ts";
import { parse, stringify } from "../primordials.ts";

/** `meta.storage`. Setting `undefined` deletes; null is a value. */
export function makeStorage(host: Capabilities["storage"]) {
  return {
    async set(key: unknown, value: unknown): Promise<void> {
      const json = stringify(value);
      await (json === undefined ? host.del(String(key)) : host.set(String(key), json));
    },

    async get(key: unknown, defaultValue?: unknown): Promise<unknown> {
      const json = await host.get(String(key));
      return json === undefined ? defaultValue : parse(json);
    },

    async del(key: unknown): Promise<void> {
      await host.del(String(key));
    },
  };
}

/** `meta.utils.cursor`: numbers in the same key space as storage. */
export function makeCursor(host: Capabilities["storage"]) {
  return {
    async init(key: unknown, initialValue: unknown = 0): Promise<void> {
      if (typeof initialValue !== "number") throw new TypeError("The cursor's initial value must be a number!");
      await host.cursorInit(String(key), initialValue);
    },

    async increment(key: unknown, incrementBy: unknown = 1): Promise<number> {
      if (typeof incrementBy !== "number") throw new TypeError("The incrementBy value must be a number!");
      return host.cursorIncrement(String(key), incrementBy || 1);
    },
  };
}
