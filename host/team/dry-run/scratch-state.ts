import type { CacheEntry, CacheStore } from "../../capabilities/redis/cache-store.ts";
import { runCommands, type RedisCommand, type RedisReply } from "../../capabilities/redis/commands.ts";
import type { SharedState } from "../shared-state.ts";

/** The state that a scratch lies over. It is read, and never written. */
export interface RealState extends Pick<SharedState, "storageGet"> {
  cacheStore(): Pick<CacheStore, "get">;
}

/** What was written: values by key, null for what was removed. Keys are as the state has them. */
export interface Written {
  storage: Record<string, string | null>;
  cache: Record<string, string | string[] | null>;
}

/** A team's state as a dry run sees it: what is really there, and over it what the run wrote, which is thrown away. */
export class ScratchState implements SharedState {
  readonly #real: RealState;
  readonly #now: () => number;
  readonly #cache = new Map<string, CacheEntry | null>();
  readonly #storage = new Map<string, string | null>();

  /** @param now milliseconds since the epoch */
  constructor(real: RealState, now: () => number) {
    this.#real = real;
    this.#now = now;
  }

  async runCache(commands: RedisCommand[]): Promise<RedisReply[]> {
    const real = this.#real.cacheStore();
    const written = this.#cache;
    const store: CacheStore = {
      get: (key) => (written.has(key) ? (written.get(key) ?? undefined) : real.get(key)),
      set: (key, entry) => void written.set(key, entry),
      delete: (key) => void written.set(key, null),
    };
    return runCommands(store, commands, this.#now());
  }

  async storageGet(configId: number, key: string): Promise<string | null> {
    return this.#storage.has(key) ? (this.#storage.get(key) ?? null) : this.#real.storageGet(configId, key);
  }

  async storageSet(_configId: number, key: string, json: string): Promise<null> {
    this.#storage.set(key, json);
    return null;
  }

  async storageDelete(_configId: number, key: string): Promise<void> {
    this.#storage.set(key, null);
  }

  async cursorInit(configId: number, key: string, initial: number): Promise<null> {
    if ((await this.storageGet(configId, key)) === null) this.#storage.set(key, JSON.stringify(initial));
    return null;
  }

  async cursorIncrement(configId: number, key: string, by: number): Promise<number | null> {
    const current: unknown = JSON.parse((await this.storageGet(configId, key)) ?? "0");
    if (typeof current !== "number") return null;
    this.#storage.set(key, JSON.stringify(current + by));
    return current + by;
  }

  get written(): Written {
    const values = [...this.#cache].map(([key, entry]) => [key, entry?.value ?? null] as const);
    return { storage: Object.fromEntries(this.#storage), cache: Object.fromEntries(values) };
  }
}
