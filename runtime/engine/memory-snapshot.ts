/** Bytes that are compared and kept together. */
const BLOCK = 4096;

/** The memory of an engine, as what differs from its image. */
export interface MemorySnapshot {
  /** Bytes of linear memory. */
  length: number;
  /** Offset and content of each block that differs. */
  blocks: readonly (readonly [offset: number, bytes: Uint8Array])[];
}

/** What of a memory differs from the one that it started as. */
export function differenceOf(memory: Uint8Array, base: Uint8Array): MemorySnapshot {
  const blocks: [number, Uint8Array][] = [];
  const now = new BigUint64Array(memory.buffer);
  const before = new BigUint64Array(base.buffer);
  for (let offset = 0; offset < memory.length; offset += BLOCK)
    if (differs(now, before, offset / 8)) blocks.push([offset, memory.slice(offset, offset + BLOCK)]);
  return { length: memory.length, blocks };
}

/** Memory past the end of the base was zero. */
function differs(now: BigUint64Array, before: BigUint64Array, start: number): boolean {
  for (let i = start; i < start + BLOCK / 8; i++) if (now[i] !== (before[i] ?? 0n)) return true;
  return false;
}

/** Bytes that a snapshot takes. */
export const sizeOf = ({ blocks }: MemorySnapshot): number => blocks.length * BLOCK;
