import { Redis } from "@upstash/redis";
import type { Requester, UpstashRequest, UpstashResponse } from "@upstash/redis";

import type { RedisCommand, RunCommands } from "./commands.ts";
import { upstashEnd } from "./upstash-end.ts";

/** Where the cache's commands go: Upstash's REST API, or an embedded store that takes a whole pipeline at a time. */
export type RedisEnd = { url: string; token: string } | { run: RunCommands };

/** One Redis client over either end. Values come back as the text they were stored as. */
export function connectRedis(end: RedisEnd): Redis {
  return new TextRedis(new PipelineRequester("run" in end ? end.run : upstashEnd(end)));
}

/** The client's constructor takes no options beside a Requester; the one that matters here is protected. */
class TextRedis extends Redis {
  constructor(requester: Requester) {
    super(requester);
    this.opts = { automaticDeserialization: false };
  }
}

/** What the client asks for, as calls of an end. */
class PipelineRequester implements Requester {
  readonly #run: RunCommands;

  constructor(run: RunCommands) {
    this.#run = run;
  }

  async request<T>({ path, body }: UpstashRequest): Promise<UpstashResponse<T>> {
    const isPipeline = path?.[0] === "pipeline";
    const commands = (isPipeline ? body : [body]) as RedisCommand[];
    const replies = await this.#run(commands);
    return (isPipeline ? replies : replies[0]) as UpstashResponse<T>;
  }
}
