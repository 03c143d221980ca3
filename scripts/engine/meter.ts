import binaryen from "binaryen";

import { IMPORTS } from "../../runtime/engine/import-names.ts";
import { functionsOf, visit } from "./instructions.ts";
import { chasesPointers } from "./pointer-chase.ts";

type Ref = binaryen.ExpressionRef;

/** The exported global with the fuel that is left. The engine traps when it falls below zero. */
const FUEL = "fuel";
/** Charges for a number of bytes and returns it. */
const CHARGE = "charge";
/** A bulk instruction handles 2 to the power of this many bytes in the time of one loop iteration. */
const BYTES_PER_FUEL_LOG2 = 4;
/**
 * A function that has this many arithmetic float instructions is of the math library. Such a function has no loop to be charged for, but
 * takes long, all the more with numbers so small that the processor handles them in microcode: `5e-310 ** 1.1`.
 */
export const MANY_FLOATS = 16;
/** So many of its instructions make one fuel. */
const FLOATS_PER_FUEL = 8;
/** The fuel of a turn that waits for memory. */
const FUEL_PER_CHASE = 4;
/** What the published engine has of each: a scan that finds others has missed something. */
export const EXPECTED = { loops: 1079, chases: 107, bulk: 98, floats: 16 };

/**
 * What the published engine imports. All cost the same whatever they are given, or are billed by those who serve them
 * (`runtime/engine/imports.ts`). One that is not here may do work that nobody counts.
 */
const KNOWN_IMPORTS: ReadonlySet<string> = new Set(Object.values(IMPORTS));

/**
 * Makes the engine count what it does: one fuel at the head of each loop, more where it follows pointers, one for every 16 bytes before each bulk instruction, and some
 * at the head of each function of mathematics.
 * QuickJS's own interrupt handler is polled by bytecode alone, and `[].indexOf.call({length: 2**53 - 1}, 1)` is one instruction of
 * bytecode.
 */
export function meter(module: binaryen.Module): void {
  const { i32 } = binaryen;
  module.addGlobal(FUEL, i32, true, module.i32.const(0x7fff_ffff));
  module.addGlobalExport(FUEL, FUEL);
  const spend = (amount: Ref): Ref[] => [
    module.global.set(FUEL, module.i32.sub(module.global.get(FUEL, i32), amount)),
    module.if(module.i32.lt_s(module.global.get(FUEL, i32), module.i32.const(0)), module.unreachable()),
  ];

  const found = { loops: 0, chases: 0, bulk: 0, floats: 0 };
  for (const { fn, body, results } of ownFunctions(module)) {
    let floats = 0;
    visit(body, (ref, kind) => {
      if (kind === binaryen.LoopId) {
        found.loops++;
        const isChase = chasesPointers(ref);
        if (isChase) found.chases++;
        const { body: inner, type } = binaryen.getExpressionInfo(ref) as binaryen.LoopInfo;
        edit._BinaryenLoopSetBody(
          ref,
          module.block(null, [...spend(module.i32.const(isChase ? FUEL_PER_CHASE : 1)), inner], type),
        );
      } else if (kind === binaryen.MemoryCopyId || kind === binaryen.MemoryFillId) {
        found.bulk++;
        const { size } = binaryen.getExpressionInfo(ref) as binaryen.MemoryCopyInfo | binaryen.MemoryFillInfo;
        const charged = module.call(CHARGE, [size], i32);
        if (kind === binaryen.MemoryCopyId) edit._BinaryenMemoryCopySetSize(ref, charged);
        else edit._BinaryenMemoryFillSetSize(ref, charged);
      } else if (kind === binaryen.BinaryId && isFloatArithmetic(ref)) floats++;
    });
    if (floats < MANY_FLOATS) continue;
    found.floats++;
    const units = module.i32.const(Math.floor(floats / FLOATS_PER_FUEL));
    edit._BinaryenFunctionSetBody(fn, module.block(null, [...spend(units), body], results));
  }
  if (JSON.stringify(found) !== JSON.stringify(EXPECTED))
    throw new Error(`found ${JSON.stringify(found)} instead of ${JSON.stringify(EXPECTED)}`);

  const size = module.local.get(0, i32);
  const units = module.i32.shr_u(size, module.i32.const(BYTES_PER_FUEL_LOG2));
  const charge = [...spend(module.i32.add(units, module.i32.const(1))), module.local.get(0, i32)];
  module.addFunction(CHARGE, i32, i32, [], module.block(null, charge, i32));
}

/** The engine's own functions: all but those that it imports, which must be known. */
function ownFunctions(module: binaryen.Module): ReturnType<typeof functionsOf> {
  const functions = functionsOf(module);
  for (const { module: from, base } of functions)
    if (from !== "" && !KNOWN_IMPORTS.has(base ?? "?"))
      throw new Error(`the import ${from}.${base} is not known: what does it cost, and who bills it?`);
  return functions.filter(({ module: from }) => from === "");
}

export function isFloatArithmetic(ref: Ref): boolean {
  const { op } = binaryen.getExpressionInfo(ref) as binaryen.BinaryInfo;
  return [binaryen.AddFloat64, binaryen.SubFloat64, binaryen.MulFloat64, binaryen.DivFloat64].includes(op);
}

/** Setters of binaryen's C API that its types leave out. */
const edit = binaryen as unknown as {
  _BinaryenLoopSetBody(loop: Ref, body: Ref): void;
  _BinaryenMemoryCopySetSize(copy: Ref, size: Ref): void;
  _BinaryenMemoryFillSetSize(fill: Ref, size: Ref): void;
  _BinaryenFunctionSetBody(fn: binaryen.FunctionRef, body: Ref): void;
};
