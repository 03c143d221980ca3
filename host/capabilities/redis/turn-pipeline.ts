import type { Pipeline, Redis } from "@upstash/redis";

import { HostError } from "../../../runtime/host-error.ts";
import { CACHE_LIMITS } from "./limits.ts";

interface Waiting {
  /** Characters that the command sends. */
  size: number;
  command(pipeline: Pipeline): unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Sends the commands that are given in one turn as one pipeline, in the order in which they were given. What comes
 * while a pipeline is on its way goes out with the next one, so that no command overtakes another. The client's own
 * auto-pipelining sorts reads from writes and has several requests under way: there a read could overtake the write
 * before it.
 */
export class TurnPipeline {
  readonly #redis: Redis;
  #waiting: Waiting[] = [];
  #size = 0;
  #sending = false;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Adds one command.
   * @param size characters that it sends
   * @param command adds exactly one command to the pipeline it is given
   * @returns what the server answers to it, as it comes
   * @throws {HostError} `RangeError` when too much waits already
   */
  async send(size: number, command: (pipeline: Pipeline) => unknown): Promise<unknown> {
    const { commands, characters } = CACHE_LIMITS.waiting;
    if (this.#waiting.length >= commands || this.#size + size > characters)
      throw new HostError(
        "RangeError",
        `cache: more than ${commands} calls, or ${characters} characters of them, would wait at once: await some of them first`,
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({ size, command, resolve, reject });
      this.#size += size;
      if (this.#sending) return;
      this.#sending = true;
      queueMicrotask(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#exec(this.#next());
    this.#sending = false;
  }

  /** As many of the waiting as may go out together, one at least. */
  #next(): Waiting[] {
    const { commands, characters } = CACHE_LIMITS.pipeline;
    let count = 0;
    let size = 0;
    for (const waiting of this.#waiting) {
      size += waiting.size;
      if (count > 0 && (count === commands || size > characters)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #exec(sent: Waiting[]): Promise<void> {
    try {
      const pipeline = this.#redis.pipeline();
      for (const { command } of sent) command(pipeline);
      const replies = await pipeline.exec({ keepErrors: true });
      sent.forEach(({ resolve, reject }, i) => {
        const { error, result } = replies[i] ?? { error: "no reply" };
        if (error) reject(new Error(error));
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of sent) reject(error);
    } finally {
      for (const { size } of sent) this.#size -= size;
    }
  }
}
