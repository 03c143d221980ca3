import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";

import type { CacheEntry, CacheStore } from "../capabilities/redis/cache-store.ts";
import { runCommands } from "../capabilities/redis/commands.ts";
import type { RedisCommand, RedisReply } from "../capabilities/redis/commands.ts";
import { QUOTA_ERROR, RedisError } from "../capabilities/redis/redis-error.ts";
import { utf8Length } from "../capture/utf8.ts";
import type { TeamDatabase } from "./database.ts";
import type { EntryQuota } from "./quotas/entry-quota.ts";
import { describeSpent, type QuotaSpent } from "./quotas/quota-spent.ts";
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
  readonly #quotas: EntryQuotas;

  constructor(db: TeamDatabase, now: () => number, quotas: EntryQuotas) {
    this.#db = db;
    this.#now = now;
    this.#quotas = quotas;
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

  async storageSet(configId: number, key: string, value: string): Promise<QuotaSpent | null> {
    const { storage } = this.#quotas;
    const size = sizeOf(storageEntry);
    const before = this.#db.select({ size }).from(storageEntry).where(is(configId, key)).get()?.size;
    const after = utf8Length(key) + utf8Length(value);
    const spent = storage.refuse(before, after);
    if (spent) return spent;
    this.#db
      .insert(storageEntry)
      .values({ pluginConfigId: configId, key, value })
      .onConflictDoUpdate({ target: [storageEntry.pluginConfigId, storageEntry.key], set: { value } })
      .run();
    storage.note(before, after);
    return null;
  }

  async storageDelete(configId: number, key: string): Promise<void> {
    const size = sizeOf(storageEntry);
    const gone = this.#db.delete(storageEntry).where(is(configId, key)).returning({ size }).all();
    for (const entry of gone) this.#quotas.storage.note(entry.size, undefined);
  }

  async cursorInit(configId: number, key: string, initial: number): Promise<QuotaSpent | null> {
    // Nothing is awaited between looking and writing, so that nobody else's number is lost.
    if (this.#storedValue(configId, key) !== undefined) return null;
    return this.storageSet(configId, key, JSON.stringify(initial));
  }

  async cursorIncrement(configId: number, key: string, by: number): Promise<number | QuotaSpent | null> {
    // Nothing is awaited between reading and writing, so that no other increment comes between them.
    const current: unknown = JSON.parse(this.#storedValue(configId, key) ?? "0");
    if (typeof current !== "number") return null;
    return (await this.storageSet(configId, key, JSON.stringify(current + by))) ?? current + by;
  }

  #storedValue(configId: number, key: string): string | undefined {
    return this.#db.select().from(storageEntry).where(is(configId, key)).get()?.value;
  }

  /** The cache as the commands see it. */
  cacheStore(): CacheStore {
    const db = this.#db;
    const size = sizeOf(cacheEntry);
    const { cache: quota } = this.#quotas;
    return {
      get(key) {
        const row = db.select().from(cacheEntry).where(eq(cacheEntry.key, key)).get();
        return row && { value: fromColumn(row.value), expiresAt: row.expiresAt };
      },
      set: (key, { value, expiresAt }) => {
        const row = { value: toColumn(value), expiresAt };
        const sizeNow = () => db.select({ size }).from(cacheEntry).where(eq(cacheEntry.key, key)).get()?.size;
        const after = utf8Length(key) + utf8Length(row.value);
        let before = sizeNow();
        let spent = quota.refuse(before, after);
        // What has expired keeps no room from what is new.
        if (spent) {
          this.#sweepCache(this.#now(), SWEPT_WHEN_FULL);
          before = sizeNow();
          spent = quota.refuse(before, after);
        }
        if (spent) throw new RedisError(`${QUOTA_ERROR}cache: ${describeSpent(spent)}`);
        db.insert(cacheEntry)
          .values({ key, ...row })
          .onConflictDoUpdate({ target: cacheEntry.key, set: row })
          .run();
        quota.note(before, after);
      },
      delete(key) {
        const gone = db.delete(cacheEntry).where(eq(cacheEntry.key, key)).returning({ size }).all();
        for (const entry of gone) quota.note(entry.size, undefined);
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
    const size = sizeOf(cacheEntry);
    const gone = this.#db.delete(cacheEntry).where(inArray(key, expired)).returning({ size }).all();
    for (const entry of gone) this.#quotas.cache.note(entry.size, undefined);
  }
}

/** Those of the entries that are kept. */
type EntryQuotas = Record<"storage" | "cache", EntryQuota>;

const SWEPT_PER_COMMAND = 2;
const SWEPT_WHEN_FULL = 1_000;

/** Bytes of an entry. */
const sizeOf = ({ key, value }: typeof storageEntry | typeof cacheEntry) =>
  sql<number>`octet_length(${key}) + octet_length(${value})`;

const is = (configId: number, key: string) => and(eq(storageEntry.pluginConfigId, configId), eq(storageEntry.key, key));

/** A text keeps the length it has: as JSON, it could be six times as long. */
const toColumn = (value: CacheEntry["value"]): string => (Array.isArray(value) ? JSON.stringify(value) : `=${value}`);

const fromColumn = (column: string): CacheEntry["value"] =>
  column.startsWith("=") ? column.slice(1) : (JSON.parse(column) as string[]);
