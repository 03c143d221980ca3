import binaryen from "binaryen";

import { IMPORTS } from "../../runtime/engine/import-names.ts";
import { functionsOf, visit } from "./instructions.ts";

type Ref = binaryen.ExpressionRef;

/** The exported global with the fuel that is left. The engine traps when it falls below zero. */
const FUEL = "fuel";
/** Charges for a number of bytes and returns it. */
const CHARGE = "charge";
/** A bulk instruction handles 2 to the power of this many bytes in the time of one loop iteration. */
const BYTES_PER_FUEL_LOG2 = 4;
/** Loops and bulk instructions of the published engine: a scan that finds others has missed something. */
export const EXPECTED = { loops: 1079, bulk: 98 };

/**
 * What the published engine imports. All cost the same whatever they are given, or are billed by those who serve them
 * (`runtime/engine/imports.ts`). One that is not here may do work that nobody counts.
 */
const KNOWN_IMPORTS: ReadonlySet<string> = new Set(Object.values(IMPORTS));

/**
 * Makes the engine count what it does: one fuel at the head of each loop, and one for every 16 bytes before each bulk instruction.
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

  const found = { loops: 0, bulk: 0 };
  for (const body of bodiesOf(module))
    visit(body, (ref, kind) => {
      if (kind === binaryen.LoopId) {
        found.loops++;
        const { body: inner, type } = binaryen.getExpressionInfo(ref) as binaryen.LoopInfo;
        edit._BinaryenLoopSetBody(ref, module.block(null, [...spend(module.i32.const(1)), inner], type));
      } else if (kind === binaryen.MemoryCopyId || kind === binaryen.MemoryFillId) {
        found.bulk++;
        const { size } = binaryen.getExpressionInfo(ref) as binaryen.MemoryCopyInfo | binaryen.MemoryFillInfo;
        const charged = module.call(CHARGE, [size], i32);
        if (kind === binaryen.MemoryCopyId) edit._BinaryenMemoryCopySetSize(ref, charged);
        else edit._BinaryenMemoryFillSetSize(ref, charged);
      }
    });
  if (found.loops !== EXPECTED.loops || found.bulk !== EXPECTED.bulk)
    throw new Error(`found ${JSON.stringify(found)} instead of ${JSON.stringify(EXPECTED)}`);

  const size = module.local.get(0, i32);
  const units = module.i32.shr_u(size, module.i32.const(BYTES_PER_FUEL_LOG2));
  const charge = [...spend(module.i32.add(units, module.i32.const(1))), module.local.get(0, i32)];
  module.addFunction(CHARGE, i32, i32, [], module.block(null, charge, i32));
}

/** The bodies of the engine's own functions. */
function bodiesOf(module: binaryen.Module): Ref[] {
  const functions = functionsOf(module);
  for (const { module: from, base } of functions)
    if (from !== "" && !KNOWN_IMPORTS.has(base ?? "?"))
      throw new Error(`the import ${from}.${base} is not known: what does it cost, and who bills it?`);
  return functions.filter(({ module: from }) => from === "").map(({ body }) => body);
}

/** Setters of binaryen's C API that its types leave out. */
const edit = binaryen as unknown as {
  _BinaryenLoopSetBody(loop: Ref, body: Ref): void;
  _BinaryenMemoryCopySetSize(copy: Ref, size: Ref): void;
  _BinaryenMemoryFillSetSize(fill: Ref, size: Ref): void;
};
