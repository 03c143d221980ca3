import type { Sandbox } from "./sandbox.ts";

/** How the sandbox of a key comes and goes. */
export interface PoolMember {
  /**
   * Builds the sandbox.
   * @param mayGrow asks for more linear memory: bytes
   */
  build(mayGrow: (bytes: number) => boolean): Promise<Sandbox>;
  /** Has `teardownPlugin` run in a sandbox that is evicted, and nothing after it. */
  retire(sandbox: Sandbox): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly member: PoolMember;
  readonly building: Promise<Sandbox>;
  sandbox: Sandbox | undefined;
  /** Bytes of linear memory that it was granted. */
  bytes: number;
  /** Calls in hand; an entry in use is never evicted. */
  users: number;
}

/** What the pool has done since the isolate started. */
export interface PoolCounts {
  hits: number;
  misses: number;
  evictions: number;
  /** Requests for more memory that were refused. */
  refusals: number;
}

/**
 * Warm sandboxes under a budget of linear memory. When it is used up, the least recently used go; when all are in use, a sandbox that
 * wants to grow may not, and no other notices. An evicted sandbox is torn down first, and counts until that is done.
 */
export class Pool {
  readonly counts: PoolCounts = { hits: 0, misses: 0, evictions: 0, refusals: 0 };
  readonly #maxBytes: () => number;
  readonly #initialBytes: number;
  /** In order of use, least recent first. */
  readonly #entries = new Map<string, Entry>();
  readonly #leaving = new Set<Entry>();

  /**
   * @param maxBytes of linear memory that all sandboxes may hold together, at the moment
   * @param initialBytes that one holds when it starts
   */
  constructor(maxBytes: () => number, initialBytes: number) {
    this.#maxBytes = maxBytes;
    this.#initialBytes = initialBytes;
  }

  /** Bytes of linear memory held by all sandboxes. */
  get bytes(): number {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.bytes;
    for (const entry of this.#leaving) bytes += entry.bytes;
    return bytes;
  }

  /**
   * Runs something in the sandbox of a key. The sandbox is built when there is none; one build per key at a time.
   * What the build throws is thrown to all who waited for it, and the next use builds again.
   */
  async use<T>(key: string, member: PoolMember, run: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    const entry = this.#touch(key) ?? this.#add(key, member);
    entry.users++;
    try {
      return await run(await entry.building);
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

  /** Evicts until no more than so many bytes are held. @returns whether that is so: sandboxes in use stay */
  shrinkTo(bytes: number): boolean {
    for (const entry of this.#entries.values()) {
      if (this.bytes <= bytes) return true;
      if (entry.users === 0 && entry.sandbox) this.#evict(entry, entry.sandbox);
    }
    return this.bytes <= bytes;
  }

  #touch(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.sandbox?.lost) return undefined;
    this.counts.hits++;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #add(key: string, member: PoolMember): Entry {
    this.counts.misses++;
    this.#makeRoom(this.#initialBytes);
    const entry: Entry = {
      key,
      member,
      // In a moment: the build may ask for memory, and then the entry must be there.
      building: Promise.resolve().then(() => member.build((bytes) => this.#grant(entry, bytes))),
      sandbox: undefined,
      bytes: this.#initialBytes,
      users: 0,
    };
    this.#entries.set(key, entry);
    entry.building.then(
      (sandbox) => {
        entry.sandbox = sandbox;
      },
      () => undefined,
    );
    return entry;
  }

  #grant(entry: Entry, bytes: number): boolean {
    if (!this.#makeRoom(bytes)) {
      this.counts.refusals++;
      return false;
    }
    entry.bytes += bytes;
    return true;
  }

  /** Evicts until there is room for so many bytes more. @returns whether there is */
  #makeRoom(bytes: number): boolean {
    return this.shrinkTo(this.#maxBytes() - bytes);
  }

  #evict(entry: Entry, sandbox: Sandbox): void {
    this.#entries.delete(entry.key);
    this.counts.evictions++;
    if (sandbox.lost || !sandbox.discovery.handlers.includes("teardownPlugin")) return sandbox.dispose();
    this.#leaving.add(entry);
    void entry.member
      .retire(sandbox)
      .catch((error: unknown) => console.error(`an evicted sandbox was not torn down: ${String(error)}`))
      .finally(() => {
        sandbox.dispose();
        this.#leaving.delete(entry);
      });
    return undefined;
  }
}
