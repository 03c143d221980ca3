import binaryen from "binaryen";

type Ref = binaryen.ExpressionRef;

/** What each kind of instruction evaluates before it does its own part. */
type Operands = (info: never) => readonly Ref[];

const none = (): Ref[] => [];

/**
 * Every kind of instruction that the published engine consists of. All but loops, `memory.copy` and `memory.fill` cost the same
 * whatever they are given. A kind that is not here may not, so a person has to look at it first.
 */
const KNOWN = new Map<number, Operands>([
  [binaryen.BlockId, ({ children }: binaryen.BlockInfo) => children],
  [binaryen.IfId, ({ condition, ifTrue, ifFalse }: binaryen.IfInfo) => [condition, ifTrue, ifFalse]],
  [binaryen.LoopId, ({ body }: binaryen.LoopInfo) => [body]],
  [binaryen.BreakId, ({ condition, value }: binaryen.BreakInfo) => [condition, value]],
  [binaryen.SwitchId, ({ condition, value }: binaryen.SwitchInfo) => [condition, value]],
  [binaryen.CallId, ({ operands }: binaryen.CallInfo) => operands],
  [binaryen.CallIndirectId, ({ target, operands }: binaryen.CallIndirectInfo) => [target, ...operands]],
  [binaryen.LocalGetId, none],
  [binaryen.LocalSetId, ({ value }: binaryen.LocalSetInfo) => [value]],
  [binaryen.GlobalGetId, none],
  [binaryen.GlobalSetId, ({ value }: binaryen.GlobalSetInfo) => [value]],
  [binaryen.LoadId, ({ ptr }: binaryen.LoadInfo) => [ptr]],
  [binaryen.StoreId, ({ ptr, value }: binaryen.StoreInfo) => [ptr, value]],
  [binaryen.ConstId, none],
  [binaryen.UnaryId, ({ value }: binaryen.UnaryInfo) => [value]],
  [binaryen.BinaryId, ({ left, right }: binaryen.BinaryInfo) => [left, right]],
  [binaryen.SelectId, ({ ifTrue, ifFalse, condition }: binaryen.SelectInfo) => [ifTrue, ifFalse, condition]],
  [binaryen.DropId, ({ value }: binaryen.DropInfo) => [value]],
  [binaryen.ReturnId, ({ value }: binaryen.ReturnInfo) => [value]],
  [binaryen.NopId, none],
  [binaryen.UnreachableId, none],
  [binaryen.MemorySizeId, none],
  [binaryen.MemoryCopyId, ({ dest, source, size }: binaryen.MemoryCopyInfo) => [dest, source, size]],
  [binaryen.MemoryFillId, ({ dest, value, size }: binaryen.MemoryFillInfo) => [dest, value, size]],
]);

/** All functions of a module, those that it imports too. */
export function functionsOf(module: binaryen.Module): (binaryen.FunctionInfo & { fn: binaryen.FunctionRef })[] {
  return Array.from({ length: module.getNumFunctions() }, (_, i) => {
    const fn = module.getFunctionByIndex(i);
    return { fn, ...binaryen.getFunctionInfo(fn) };
  });
}

/**
 * Visits an instruction and all within it.
 * @param visitor is given the instruction and its kind
 * @param onUnknown is given a kind of instruction whose cost is not known; what is within it is not visited. Throws unless given
 */
export function visit(ref: Ref, visitor: (ref: Ref, kind: number) => void, onUnknown = refuse): void {
  const waiting = [ref];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === 0) continue;
    const kind = binaryen.getExpressionId(next);
    const operands = KNOWN.get(kind) as ((info: binaryen.ExpressionInfo) => readonly Ref[]) | undefined;
    if (!operands) {
      onUnknown(kind);
      continue;
    }
    // binaryen has no info on instructions without parts.
    if (operands !== none) waiting.push(...operands(binaryen.getExpressionInfo(next)));
    visitor(next, kind);
  }
}

function refuse(kind: number): void {
  throw new Error(
    `instruction kind ${kind} is not known: if its cost grows with what it is given, scripts/engine/meter.ts must charge for it; then add it to scripts/engine/instructions.ts`,
  );
}
