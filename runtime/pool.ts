import type { Sandbox } from "./sandbox.ts";

interface Entry {
  building: Promise<Sandbox>;
  sandbox: Sandbox | undefined;
  /** Calls in hand; an entry in use is never evicted. */
  users: number;
}

/** What the pool has done since the isolate started. */
export interface PoolCounts {
  hits: number;
  misses: number;
  evictions: number;
}

/**
 * Warm sandboxes, the least recently used of which go when their linear memory outgrows the budget. An evicted
 * sandbox is not told: `global` and module variables may be reset at any time.
 */
export class Pool {
  readonly counts: PoolCounts = { hits: 0, misses: 0, evictions: 0 };
  readonly #maxBytes: number;
  /** In order of use, least recent first. */
  readonly #entries = new Map<string, Entry>();

  /** @param maxBytes of linear memory that idle and busy sandboxes may hold together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of linear memory held by all sandboxes. */
  get bytes(): number {
    let bytes = 0;
    for (const { sandbox } of this.#entries.values()) bytes += sandbox?.memoryBytes ?? 0;
    return bytes;
  }

  /**
   * Runs something in the sandbox of a key. The sandbox is built when there is none; one build per key at a time.
   * What the build throws is thrown to all who waited for it, and the next use builds again.
   */
  async use<T>(key: string, build: () => Promise<Sandbox>, run: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    const entry = this.#touch(key) ?? this.#add(key, build);
    entry.users++;
    try {
      const sandbox = await entry.building;
      this.#evict();
      return await run(sandbox);
    } finally {
      entry.users--;
      if (entry.sandbox?.lost !== false && this.#entries.get(key) === entry) this.#entries.delete(key);
    }
  }

  /** Takes a sandbox out, to be torn down by the caller after the calls in hand; undefined when there is none. */
  async take(key: string): Promise<Sandbox | undefined> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry?.building.catch(() => undefined);
  }

  #touch(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.sandbox?.lost) return undefined;
    this.counts.hits++;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #add(key: string, build: () => Promise<Sandbox>): Entry {
    this.counts.misses++;
    const building = build();
    const entry: Entry = { building, sandbox: undefined, users: 0 };
    building.then(
      (sandbox) => {
        entry.sandbox = sandbox;
      },
      () => undefined,
    );
    this.#entries.set(key, entry);
    return entry;
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.bytes <= this.#maxBytes) return;
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      entry.sandbox?.dispose();
      this.counts.evictions++;
    }
  }
}
