import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, inject, vi } from "vitest";

import type { Env } from "../../../host/env.ts";
import { teamStub } from "../../../host/team/team-client.ts";
import { describeCache } from "../../contract/cache.ts";
import type { CacheEnd } from "../../contract/cache-end.ts";
import { describePluginCache } from "../../contract/plugin-cache.ts";

const redis = inject("redis");

describe("embedded", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  describeCache("a team's Durable Object", durableObject);
  describePluginCache("a team's Durable Object", durableObject);
});

describe.skipIf(!redis)("Upstash", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  describeCache("the Upstash REST API in front of Redis", realRedis);
  describePluginCache("the Upstash REST API in front of Redis", realRedis);
});

function durableObject(): CacheEnd {
  const team = teamStub(env as unknown as Env, { teamId: 1, shard: 0 });
  let requests = 0;
  return {
    end: {
      async run(commands) {
        requests++;
        return team.runCache(commands);
      },
    },
    pass: (seconds) => void vi.setSystemTime(Date.now() + seconds * 1000),
    requests: () => requests,
  };
}

function realRedis(): CacheEnd {
  if (!redis) throw new Error("there is no Redis server to run on");
  const fetch = vi.spyOn(globalThis, "fetch");
  return { end: redis, pass: () => undefined, requests: () => fetch.mock.calls.length };
}
