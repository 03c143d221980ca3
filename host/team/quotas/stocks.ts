import { count, sql, sum } from "drizzle-orm";
import type { TeamDatabase } from "../database.ts";
import { cacheEntry, deadLetter, job, storageEntry } from "../schema.ts";
import type { StandingQuota } from "./quotas.ts";
import { Stock } from "./stock.ts";

/** How much an object holds of what has a quota. */
export interface Stocks {
  cache: Stock;
  deadLetters: Stock;
  jobs: Stock;
  storage: Stock;
}

export function openStocks(db: TeamDatabase): Stocks {
  const items = count();
  // Told by the header of a row: long values are not read.
  const size = sql`octet_length(key) + octet_length(value)`;
  const cached = db.select({ items, bytes: sum(size) }).from(cacheEntry);
  const stored = db.select({ items, bytes: sum(size) }).from(storageEntry);
  const dead = db.select({ items, bytes: sum(deadLetter.bytes) }).from(deadLetter);
  const pending = db.select({ items }).from(job);
  return {
    cache: new Stock(() => amountOf(cached.get())),
    deadLetters: new Stock(() => amountOf(dead.get())),
    jobs: new Stock(() => amountOf(pending.get())),
    storage: new Stock(() => amountOf(stored.get())),
  };
}

/** SQL has no sum of no rows. */
function amountOf(row: { items: number; bytes?: string | null } | undefined) {
  return { items: row?.items ?? 0, bytes: Number(row?.bytes ?? 0) };
}

/** What an object holds, by quota. */
export type Standing = Partial<Record<StandingQuota, number>>;

/** What is known already; nothing is counted for it. */
export function knownIn({ cache, deadLetters, jobs, storage }: Stocks): Standing {
  return {
    ...(jobs.known && { pending_jobs: jobs.known.items }),
    ...(storage.known && { storage_keys: storage.known.items, storage_bytes: storage.known.bytes }),
    ...(cache.known && { cache_keys: cache.known.items, cache_bytes: cache.known.bytes }),
    ...(deadLetters.known && { dead_letter_bytes: deadLetters.known.bytes }),
  };
}

/** Counts what has not been counted yet. */
export function countAll({ cache, deadLetters, jobs, storage }: Stocks): void {
  for (const stock of [cache, deadLetters, jobs, storage]) void stock.amount;
}
