/** A value of the embedded cache: a text, or a Redis list. */
export interface CacheEntry {
  value: string | string[];
  /** Milliseconds since the epoch, or null for never. */
  expiresAt: number | null;
}

/** Where the embedded cache keeps its entries. It need not look at `expiresAt`: the commands do. */
export interface CacheStore {
  get(key: string): CacheEntry | undefined;
  set(key: string, entry: CacheEntry): void;
  delete(key: string): void;
}
