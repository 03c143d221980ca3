import { and, asc, eq, inArray, lte } from "drizzle-orm";

import type { CacheEntry, CacheStore } from "../capabilities/redis/cache-store.ts";
import { runCommands } from "../capabilities/redis/commands.ts";
import type { RedisCommand, RedisReply } from "../capabilities/redis/commands.ts";
import type { TeamDatabase } from "./database.ts";
import { cacheEntry, storageEntry } from "./schema.ts";
import type { StorageState } from "./storage-state.ts";

/** State that all shards of a team share. Shard 0 holds it; to the others it is one call away. */
export interface SharedState extends StorageState {
  runCache(commands: RedisCommand[]): Promise<RedisReply[]>;
}

/** The shared state as tables. */
export class SharedTables implements SharedState {
  readonly #db: TeamDatabase;
  readonly #now: () => number;

  constructor(db: TeamDatabase, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  async runCache(commands: RedisCommand[]): Promise<RedisReply[]> {
    const now = this.#now();
    const replies = runCommands(this.cacheStore(), commands, now);
    this.#sweepCache(now, commands.length * SWEPT_PER_COMMAND);
    return replies;
  }

  async storageGet(configId: number, key: string): Promise<string | null> {
    return this.#storedValue(configId, key) ?? null;
  }

  async storageSet(configId: number, key: string, value: string): Promise<void> {
    this.#db
      .insert(storageEntry)
      .values({ pluginConfigId: configId, key, value })
      .onConflictDoUpdate({ target: [storageEntry.pluginConfigId, storageEntry.key], set: { value } })
      .run();
  }

  async storageDelete(configId: number, key: string): Promise<void> {
    this.#db.delete(storageEntry).where(is(configId, key)).run();
  }

  async cursorInit(configId: number, key: string, initial: number): Promise<void> {
    this.#db
      .insert(storageEntry)
      .values({ pluginConfigId: configId, key, value: JSON.stringify(initial) })
      .onConflictDoNothing()
      .run();
  }

  async cursorIncrement(configId: number, key: string, by: number): Promise<number | null> {
    // Nothing is awaited between reading and writing, so that no other increment comes between them.
    const current: unknown = JSON.parse(this.#storedValue(configId, key) ?? "0");
    if (typeof current !== "number") return null;
    await this.storageSet(configId, key, JSON.stringify(current + by));
    return current + by;
  }

  #storedValue(configId: number, key: string): string | undefined {
    return this.#db.select().from(storageEntry).where(is(configId, key)).get()?.value;
  }

  /** The cache as the commands see it. */
  cacheStore(): CacheStore {
    const db = this.#db;
    return {
      get(key) {
        const row = db.select().from(cacheEntry).where(eq(cacheEntry.key, key)).get();
        return row && { value: fromColumn(row.value), expiresAt: row.expiresAt };
      },
      set(key, { value, expiresAt }) {
        const row = { value: toColumn(value), expiresAt };
        db.insert(cacheEntry)
          .values({ key, ...row })
          .onConflictDoUpdate({ target: cacheEntry.key, set: row })
          .run();
      },
      delete(key) {
        db.delete(cacheEntry).where(eq(cacheEntry.key, key)).run();
      },
    };
  }

  /** Removes the rows that expired first. More at a time than commands can add, so that their number stays bounded. */
  #sweepCache(now: number, atMost: number): void {
    const { key, expiresAt } = cacheEntry;
    const expired = this.#db
      .select({ key })
      .from(cacheEntry)
      .where(lte(expiresAt, now))
      .orderBy(asc(expiresAt))
      .limit(atMost);
    this.#db.delete(cacheEntry).where(inArray(key, expired)).run();
  }
}

const SWEPT_PER_COMMAND = 2;

const is = (configId: number, key: string) => and(eq(storageEntry.pluginConfigId, configId), eq(storageEntry.key, key));

/** A text keeps the length it has: as JSON, it could be six times as long. */
const toColumn = (value: CacheEntry["value"]): string => (Array.isArray(value) ? JSON.stringify(value) : `=${value}`);

const fromColumn = (column: string): CacheEntry["value"] =>
  column.startsWith("=") ? column.slice(1) : (JSON.parse(column) as string[]);
