import { sizeOf } from "./engine/memory-snapshot.ts";
import type { SandboxSnapshot } from "./sandbox.ts";

/** Snapshots of plugins after their setup, by key. The oldest go when they take too much memory. */
export class Snapshots {
  readonly #maxBytes: number;
  readonly #kept = new Map<string, SandboxSnapshot>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that the snapshots take. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): SandboxSnapshot | undefined {
    return this.#kept.get(key);
  }

  keep(key: string, snapshot: SandboxSnapshot): void {
    this.forget(key);
    this.#kept.set(key, snapshot);
    this.#bytes += sizeOf(snapshot.memory);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#bytes -= sizeOf(kept.memory);
  }
}
