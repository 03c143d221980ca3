import type { Pipeline, Redis } from "@upstash/redis";

import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { CACHE_LIMITS } from "./redis/limits.ts";
import { QUOTA_ERROR } from "./redis/redis-error.ts";
import { TurnPipeline } from "./redis/turn-pipeline.ts";

/**
 * `meta.cache` over a Redis client. What the server refuses, and that it cannot be reached, is the plugin's to
 * handle, as with PostHog's Redis: a `CacheError`, or a `QuotaExceededError`. What is too large to be sent at all is a `RangeError`.
 * @param prefix put before every key: `@plugin/<plugin id>/<team id>/`
 */
export function provideCache(redis: Redis, prefix: string): Capabilities["cache"] {
  const turn = new TurnPipeline(redis);
  /** @param size characters that the command carries beside the key */
  const send = async <T>(key: string, size: number, command: (redis: Pipeline, key: string) => unknown): Promise<T> => {
    const at = prefix + checkedKey(key);
    try {
      return (await turn.send(at.length + size, (pipeline) => command(pipeline, at))) as T;
    } catch (error) {
      if (error instanceof HostError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      if (message.startsWith(QUOTA_ERROR)) throw new HostError("QuotaExceededError", message.slice(QUOTA_ERROR.length));
      throw new HostError("CacheError", message, { cause: error });
    }
  };
  return {
    get: async (key) => (await send<string | null>(key, 0, (redis, at) => redis.get(at))) ?? undefined,
    async set(key, value, ttlSeconds) {
      const text = checkedValue("cache.set: the value has", value);
      await send(key, text.length, (redis, at) =>
        redis.set(at, text, ttlSeconds === undefined ? undefined : { ex: ttlSeconds }),
      );
    },
    incr: (key) => send(key, 0, (redis, at) => redis.incr(at)),
    async expire(key, ttlSeconds) {
      // The client leaves a zero out of EXPIRE; expiring at once is deleting.
      return (
        (await send(key, 0, (redis, at) => (ttlSeconds === 0 ? redis.del(at) : redis.expire(at, ttlSeconds)))) === 1
      );
    },
    async lpush(key, elements) {
      if (elements.length > CACHE_LIMITS.elements)
        throw new HostError(
          "IllegalOperationError",
          `Too many elements in array for cache.lpush. Maximum: ${CACHE_LIMITS.elements}`,
        );
      const texts = elements.map(wellFormed);
      const size = checkedValue("cache.lpush: the elements have", texts.join("")).length;
      return send(key, size, (redis, at) => redis.lpush(at, ...texts));
    },
    lrange: (key, start, stop) => send(key, 0, (redis, at) => redis.lrange(at, start, stop)),
    llen: (key) => send(key, 0, (redis, at) => redis.llen(at)),
    lpop: async (key, count) => (await send<string[] | null>(key, 0, (redis, at) => redis.lpop(at, count))) ?? [],
    async lrem(key, count, element) {
      const text = checkedValue("cache.lrem: the element has", element);
      return send(key, text.length, (redis, at) => redis.lrem(at, count, text));
    },
  };
}

function checkedKey(key: string): string {
  if (key.length > CACHE_LIMITS.key)
    throw new HostError(
      "RangeError",
      `cache: a key has at most ${CACHE_LIMITS.key} characters, this one has ${key.length}`,
    );
  return wellFormed(key);
}

function checkedValue(what: string, text: string): string {
  if (text.length > CACHE_LIMITS.value)
    throw new HostError("RangeError", `${what} ${text.length} characters, at most ${CACHE_LIMITS.value} are kept`);
  return wellFormed(text);
}

/** Half a surrogate pair has no UTF-8, in which all ends store text: as everywhere on the web it becomes U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
