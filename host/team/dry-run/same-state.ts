import type { CacheStore } from "../../capabilities/redis/cache-store.ts";
import type { RealState } from "./scratch-state.ts";

/** A team's state for those who are to see the same one, whatever is written meanwhile: what was read first is read again. */
export class SameState implements RealState {
  readonly #real: RealState;
  readonly #storage = new Map<string, Promise<string | null>>();
  readonly #cache = new Map<string, ReturnType<CacheStore["get"]>>();

  constructor(real: RealState) {
    this.#real = real;
  }

  storageGet(configId: number, key: string): Promise<string | null> {
    const place = `${configId}/${key}`;
    const known = this.#storage.get(place) ?? this.#real.storageGet(configId, key);
    this.#storage.set(place, known);
    return known;
  }

  cacheStore(): Pick<CacheStore, "get"> {
    const real = this.#real.cacheStore();
    return {
      get: (key) => {
        if (!this.#cache.has(key)) this.#cache.set(key, real.get(key));
        return structuredClone(this.#cache.get(key));
      },
    };
  }
}
