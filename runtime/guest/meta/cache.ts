import type { Capabilities } from "../../../wit/generated/contract.ts";
import { makeError } from "../globals/errors.ts";
import { isArray, parse, stringify } from "../primordials.ts";

interface Options {
  jsonSerialize?: boolean;
}

const MAX_PUSH = 1000;

/** `meta.cache`. Values are JSON text unless `jsonSerialize` is false. */
export function makeCache(host: Capabilities["cache"]) {
  return {
    async set(key: unknown, value: unknown, ttlSeconds?: unknown, options?: Options): Promise<void> {
      const text = options?.jsonSerialize === false ? String(value) : (stringify(value) ?? "");
      await host.set(String(key), text, ttlSeconds ? Number(ttlSeconds) : undefined);
    },

    /** A key that is not there gives the default; without one, null, as Redis and PostHog's clients expect. */
    async get(key: unknown, defaultValue?: unknown, options?: Options): Promise<unknown> {
      const text = await host.get(String(key));
      if (text === undefined) return defaultValue ?? null;
      if (options?.jsonSerialize === false) return text;
      try {
        return parse(text) as unknown;
      } catch {
        return null;
      }
    },

    async incr(key: unknown): Promise<number> {
      return host.incr(String(key));
    },

    async expire(key: unknown, ttlSeconds: unknown): Promise<boolean> {
      return host.expire(String(key), Number(ttlSeconds));
    },

    async lpush(key: unknown, elements: unknown): Promise<number> {
      if (typeof elements !== "string" && !isArray(elements))
        throw new TypeError("cache.lpush expects a string value or an array of strings");
      const list = isArray(elements) ? elements.map(String) : [elements];
      if (list.length > MAX_PUSH)
        throw makeError("IllegalOperationError", `Too many elements in array for cache.lpush. Maximum: ${MAX_PUSH}`);
      return host.lpush(String(key), list);
    },

    async lrange(key: unknown, start: unknown, stop: unknown): Promise<string[]> {
      if (typeof start !== "number" || typeof stop !== "number")
        throw new TypeError("cache.lrange expects a number for the start and end indexes");
      return host.lrange(String(key), start, stop);
    },

    async llen(key: unknown): Promise<number> {
      return host.llen(String(key));
    },

    async lpop(key: unknown, count: unknown): Promise<string[]> {
      if (typeof count !== "number") throw new TypeError('cache.lpop expects a number for the "count" argument');
      return host.lpop(String(key), count);
    },

    async lrem(key: unknown, count: unknown, element: unknown): Promise<number> {
      if (typeof count !== "number") throw new TypeError('cache.lrem expects a number for the "count" argument');
      return host.lrem(String(key), count, String(element));
    },
  };
}
