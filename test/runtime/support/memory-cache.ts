import type { Capabilities } from "../../../wit/generated/contract.ts";

type Cache = Capabilities["cache"];

/** A cache with Redis's meanings, on a clock of the test's own. */
export class MemoryCache implements Cache {
  readonly #values = new Map<string, { value: string | string[]; expires: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get = async (key: string): Promise<string | undefined> => {
    const value = this.#read(key);
    return Array.isArray(value) ? value.join() : value;
  };

  set = async (key: string, value: string, ttlSeconds?: number): Promise<void> => {
    const expires = ttlSeconds === undefined ? Number.POSITIVE_INFINITY : this.#now() + ttlSeconds * 1000;
    this.#values.set(key, { value, expires });
  };

  incr = async (key: string): Promise<number> => {
    const next = Number(this.#read(key) ?? 0) + 1;
    this.#write(key, `${next}`);
    return next;
  };

  expire = async (key: string, ttlSeconds: number): Promise<boolean> => {
    const value = this.#read(key);
    if (value === undefined) return false;
    this.#values.set(key, { value, expires: this.#now() + ttlSeconds * 1000 });
    return true;
  };

  lpush = async (key: string, elements: string[]): Promise<number> => {
    const list = [...elements.toReversed(), ...this.#list(key)];
    this.#write(key, list);
    return list.length;
  };

  lrange = async (key: string, start: number, stop: number): Promise<string[]> =>
    this.#list(key).slice(start, stop === -1 ? undefined : stop + 1);

  llen = async (key: string): Promise<number> => this.#list(key).length;

  lpop = async (key: string, count: number): Promise<string[]> => {
    const list = this.#list(key);
    this.#write(key, list.slice(count));
    return list.slice(0, count);
  };

  lrem = async (key: string, count: number, element: string): Promise<number> => {
    let left = count;
    const kept = this.#list(key).filter((item) => item !== element || left-- <= 0);
    const removed = this.#list(key).length - kept.length;
    this.#write(key, kept);
    return removed;
  };

  #read(key: string): string | string[] | undefined {
    const entry = this.#values.get(key);
    return entry && entry.expires > this.#now() ? entry.value : undefined;
  }

  #list(key: string): string[] {
    const value = this.#read(key);
    return Array.isArray(value) ? value : [];
  }

  #write(key: string, value: string | string[]): void {
    this.#values.set(key, { value, expires: this.#values.get(key)?.expires ?? Number.POSITIVE_INFINITY });
  }
}
