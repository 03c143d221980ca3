import type { CacheEntry, CacheStore } from "./cache-store.ts";
import { CACHE_LIMITS } from "./limits.ts";
import { RedisError } from "./redis-error.ts";

const WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

/** The store as it is at one moment: what has expired is not there. */
export class Entries {
  readonly #store: CacheStore;
  readonly #now: number;

  /** @param now milliseconds since the epoch */
  constructor(store: CacheStore, now: number) {
    this.#store = store;
    this.#now = now;
  }

  live(key: string): CacheEntry | undefined {
    const entry = this.#store.get(key);
    return !entry || entry.expiresAt === null || entry.expiresAt > this.#now ? entry : undefined;
  }

  /** @throws {RedisError} when the key holds a list */
  text(key: string): string | undefined {
    const value = this.live(key)?.value;
    if (value !== undefined && typeof value !== "string") throw new RedisError(WRONG_TYPE);
    return value;
  }

  /** @throws {RedisError} when the key holds a text */
  list(key: string): string[] {
    const value = this.live(key)?.value ?? [];
    if (typeof value === "string") throw new RedisError(WRONG_TYPE);
    return value;
  }

  write(key: string, value: string | string[], expiresAt: number | null): void {
    this.#store.set(key, { value, expiresAt });
  }

  /** Writes a value that lives as long as the one before it would have. */
  rewrite(key: string, value: string | string[]): void {
    this.write(key, value, this.live(key)?.expiresAt ?? null);
  }

  /**
   * Redis has no empty lists: one that runs empty is gone.
   * @throws {RedisError} when the list grows too long
   */
  writeList(key: string, list: string[]): void {
    const size = JSON.stringify(list).length;
    if (size > CACHE_LIMITS.list)
      throw new RedisError(
        `ERR a list has at most ${CACHE_LIMITS.list} characters of JSON, this one would have ${size}`,
      );
    if (list.length === 0) this.remove(key);
    else this.rewrite(key, list);
  }

  /** @returns whether the key was there */
  remove(key: string): boolean {
    const wasThere = this.live(key) !== undefined;
    this.#store.delete(key);
    return wasThere;
  }

  /**
   * The time some seconds from now, in milliseconds since the epoch.
   * @throws {RedisError} when it is not later than now, or too late for a number
   */
  after(seconds: bigint, command: "set" | "expire"): number {
    const at = this.#now + Number(seconds) * 1000;
    if (seconds <= 0n || !Number.isSafeInteger(at))
      throw new RedisError(`ERR invalid expire time in '${command}' command`);
    return at;
  }
}
