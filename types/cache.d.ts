/** `meta.cache`: values that last from one call to the next, for one plugin in one team. */
export interface CacheExtension {
  /** Stores a value as JSON. Without `ttlSeconds` it stays until it is replaced. */
  set: (key: string, value: unknown, ttlSeconds?: number, options?: CacheOptions) => Promise<void>;
  /** The stored value, or the default where there is none. What was stored is not checked to be a `T`. */
  get: {
    <T = unknown>(key: string, defaultValue?: null, options?: CacheOptions): Promise<T | null>;
    <T>(key: string, defaultValue: T, options?: CacheOptions): Promise<T>;
  };
  /** Adds one to a whole number, counted from 0 where there is none, and gives the new one. */
  incr: (key: string) => Promise<number>;
  /** Removes the key after that many seconds. False where there is no such key. */
  expire: (key: string, ttlSeconds: number) => Promise<boolean>;
  /** Puts each element in front of a list of texts, at most 1000 at a time. Gives the list's new length. */
  lpush: (key: string, elementOrArray: string | unknown[]) => Promise<number>;
  /** The elements between two indexes, both included. Negative ones count from the end. */
  lrange: (key: string, startIndex: number, endIndex: number) => Promise<string[]>;
  llen: (key: string) => Promise<number>;
  /** Takes that many elements from the front of a list. */
  lpop: (key: string, count: number) => Promise<string[]>;
  /** Removes `count` elements that are equal; all of them for 0, from the end for a negative one. */
  lrem: (key: string, count: number, element: string) => Promise<number>;
}

export interface CacheOptions {
  /** False stores the value as the text that it is. */
  jsonSerialize?: boolean;
}
