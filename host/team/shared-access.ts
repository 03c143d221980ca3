import type { RedisEnd } from "../capabilities/redis/client.ts";
import type { Env } from "../env.ts";
import type { TeamAddress } from "./facts.ts";
import type { SharedState } from "./shared-state.ts";
import { teamStub } from "./team-client.ts";

/** The way from a shard to what all shards share: its own tables in shard 0, one call away in the others. */
export function accessShared(env: Env, tables: SharedState, address: () => TeamAddress): SharedState {
  const pick = (): SharedState => {
    const { teamId, shard } = address();
    return shard === 0 ? tables : teamStub(env, { teamId, shard: 0 });
  };
  return {
    runCache: (commands) => pick().runCache(commands),
    storageGet: (configId, key) => pick().storageGet(configId, key),
    storageSet: (configId, key, json) => pick().storageSet(configId, key, json),
    storageDelete: (configId, key) => pick().storageDelete(configId, key),
    cursorInit: (configId, key, initial) => pick().cursorInit(configId, key, initial),
    cursorIncrement: (configId, key, by) => pick().cursorIncrement(configId, key, by),
  };
}

/** Where the cache's commands go: to Upstash when it is configured, to the shared tables otherwise. */
export function cacheEnd(env: Env, shared: SharedState): RedisEnd {
  return upstashOf(env) ?? { run: (commands) => shared.runCache(commands) };
}

/** The Upstash that is configured, if one is. */
export function upstashOf({ UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token }: Env) {
  return url && token ? { url, token } : undefined;
}
