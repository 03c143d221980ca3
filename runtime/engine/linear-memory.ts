/** Bytes of a page of linear memory. */
export const PAGE = 65_536;

export interface MemoryLimits {
  /** Pages to start with. */
  pages: number;
  /** Bytes that the guest may have besides. */
  limit: number;
  /** Asked before linear memory grows by so many bytes; where this answers false, the guest runs out of memory. */
  mayGrow: ((bytes: number) => boolean) | undefined;
}

/** The linear memory of one engine, which grows as far as it may. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  /** Whether guest code was refused memory since this was last set. */
  isShort = false;
  readonly #limits: MemoryLimits;
  readonly #maxPages: number;
  readonly #onGrown: () => void;

  /** @param onGrown older views of the memory are left without any */
  constructor(limits: MemoryLimits, onGrown: () => void) {
    const { pages, limit } = limits;
    this.#limits = limits;
    this.#maxPages = pages + Math.ceil(limit / PAGE);
    this.#onGrown = onGrown;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: this.#maxPages });
  }

  get byteLength(): number {
    return this.memory.buffer.byteLength;
  }

  /** Makes the memory so large. @returns false where that is not granted */
  grow(bytes: number): boolean {
    const isGrown = this.#tryToGrow(Math.ceil(bytes / PAGE));
    if (!isGrown) this.isShort = true;
    return isGrown;
  }

  #tryToGrow(pages: number): boolean {
    const more = pages - this.byteLength / PAGE;
    if (pages > this.#maxPages || this.#limits.mayGrow?.(more * PAGE) === false) return false;
    try {
      this.memory.grow(more);
    } catch {
      // The machine has no more.
      return false;
    }
    this.#onGrown();
    return true;
  }
}
