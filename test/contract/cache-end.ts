import { provideCache } from "../../host/capabilities/cache.ts";
import { connectRedis } from "../../host/capabilities/redis/client.ts";
import type { RedisEnd } from "../../host/capabilities/redis/client.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** One of the ends at which the cache's commands arrive, and the time there. */
export interface CacheEnd {
  end: RedisEnd;
  /** Lets time go by where a test may say so. A real server's clock goes on by itself: what expires is waited for. */
  pass(seconds: number): void;
  /** How many requests have come in, one for each pipeline. */
  requests(): number;
}

let prefixes = 0;

/** A prefix that nothing has used yet, whatever other tests left behind. */
export function newPrefix(): string {
  return `@plugin/${crypto.randomUUID()}/${++prefixes}/`;
}

/** The capability over an end, for a plugin of its own unless told which. */
export function cacheAt({ end }: CacheEnd, prefix = newPrefix()): Capabilities["cache"] {
  return provideCache(connectRedis(end), prefix);
}
