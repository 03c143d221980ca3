import binaryen from "binaryen";

import { visit } from "./instructions.ts";

type Ref = binaryen.ExpressionRef;

/** Larger loops do enough else that one miss of the processor's cache does not tell. */
const MAX_SIZE = 150;

/** Where a local's new value comes from: another local, and whether by way of memory. */
interface Source {
  local: number;
  isLoaded: boolean;
}

/**
 * Whether a loop follows a chain of pointers: an address that it loads in one turn is where the next turn loads from. A processor cannot
 * run ahead in such a loop. When the chain is scattered over memory, as a plugin can see to, every turn waits for memory.
 * @param onUnknown as for `visit`
 */
export function chasesPointers(loop: Ref, onUnknown?: (kind: number) => void): boolean {
  const sources = new Map<number, Source[]>();
  let size = 0;
  visit(
    (binaryen.getExpressionInfo(loop) as binaryen.LoopInfo).body,
    (ref, kind) => {
      size++;
      if (kind !== binaryen.LocalSetId) return;
      const { index, value } = binaryen.getExpressionInfo(ref) as binaryen.LocalSetInfo;
      const source = sourceOf(value);
      if (source) sources.set(index, [...(sources.get(index) ?? []), source]);
    },
    onUnknown,
  );
  return size <= MAX_SIZE && [...sources.keys()].some((local) => leadsBack(local, sources));
}

/** The local that an address is made of, if nothing but constants is added on the way. */
function sourceOf(ref: Ref): Source | undefined {
  const info = binaryen.getExpressionInfo(ref);
  switch (binaryen.getExpressionId(ref)) {
    case binaryen.LocalGetId:
      return { local: (info as binaryen.LocalGetInfo).index, isLoaded: false };
    case binaryen.LocalSetId:
      return sourceOf((info as binaryen.LocalSetInfo).value);
    case binaryen.LoadId: {
      const { ptr, bytes, type } = info as binaryen.LoadInfo;
      const from = bytes === 4 && type === binaryen.i32 ? sourceOf(ptr) : undefined;
      return from && { ...from, isLoaded: true };
    }
    case binaryen.BinaryId: {
      const { op, left, right } = info as binaryen.BinaryInfo;
      const isOffset = op === binaryen.AddInt32 && binaryen.getExpressionId(right) === binaryen.ConstId;
      return isOffset ? sourceOf(left) : undefined;
    }
    default:
      return undefined;
  }
}

function leadsBack(start: number, sources: ReadonlyMap<number, Source[]>): boolean {
  const waiting: Source[] = [{ local: start, isLoaded: false }];
  const seen = new Set<string>();
  for (let next = waiting.pop(); next; next = waiting.pop())
    for (const { local, isLoaded } of sources.get(next.local) ?? []) {
      const reached = { local, isLoaded: next.isLoaded || isLoaded };
      if (local === start && reached.isLoaded) return true;
      const key = `${local} ${reached.isLoaded}`;
      if (!seen.has(key)) waiting.push(reached);
      seen.add(key);
    }
  return false;
}
