import { HostError } from "../../runtime/host-error.ts";

/**
 * How many requests each config sent lately. A config has so many in hand as it may send in a minute, and gets them back evenly over the
 * next minute.
 */
export class RequestRate {
  readonly #left = new Map<number, { requests: number; at: number }>();

  /**
   * Counts a request that is about to be sent.
   * @param now milliseconds since the epoch
   * @throws {HostError} `RateLimitError` when the config has none left
   */
  take(pluginConfigId: number, perMinute: number, now: number): void {
    const { requests, at } = this.#left.get(pluginConfigId) ?? { requests: perMinute, at: now };
    const left = Math.min(perMinute, requests + (Math.max(0, now - at) * perMinute) / 60_000);
    if (left < 1)
      throw new HostError(
        "RateLimitError",
        `the requests of this plugin's config are limited to ${perMinute} a minute (the limit fetchesPerMinute)`,
      );
    this.#left.set(pluginConfigId, { requests: left - 1, at: now });
  }
}
