import binaryen from "binaryen";

import { REJECTION_SLOT } from "../../../runtime/engine/layout.ts";
import { PUBLISHED_SHA256 } from "../build-engine.ts";
import { functionsOf, visit } from "../instructions.ts";
import { EXPECTED, MANY_FLOATS, isFloatArithmetic } from "../meter.ts";
import { NEEDED } from "../name-exports.ts";
import { chasesPointers } from "../pointer-chase.ts";
import { OCCURRENCES, PUBLISHED_PAGES, PUBLISHED_STACK, STACK_TOP, constant, findAll, word } from "../shrink-stack.ts";
import { TABLE_SIZE, tableSize } from "../track-rejections.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { Laboratory } from "./laboratory.ts";
import type { Specimen } from "./laboratory.ts";

/** What can be told of a binary without looking into a virtual machine. */
export function findInBinary(
  { wasm, sha256 }: { wasm: Uint8Array; sha256: string },
  module: binaryen.Module,
  specimen: Specimen,
): Finding[] {
  const STACK = "scripts/engine/shrink-stack.ts";
  const METER = "scripts/engine/meter.ts";
  const bytes = Buffer.from(wasm);
  const top = stackTop(module);
  const size = top === undefined ? undefined : stackSize(specimen, top);
  const count = (make: (value: number) => Buffer, value: number | undefined) =>
    value === undefined ? undefined : findAll(bytes, make(value)).length;
  const { loops, chases, bulk, floats, unknown } = countInstructions(module);
  const missing = ["initialize", ...NEEDED].filter((name) => !specimen.exports.has(name));
  const slots = tableSize(module);
  return [
    finding("SHA-256", "scripts/engine/build-engine.ts PUBLISHED_SHA256", PUBLISHED_SHA256, sha256),
    finding("exports that are missing", "scripts/engine/name-exports.ts NEEDED", "none", missing.join(", ") || "none"),
    finding("top of the stack", `${STACK} STACK_TOP`, STACK_TOP, top),
    finding("size of the stack", `${STACK} PUBLISHED_STACK`, PUBLISHED_STACK, size),
    finding("the top in code, times", `${STACK} OCCURRENCES`, OCCURRENCES.stackTop, count(constant, top)),
    finding("the top as a word, times", `${STACK} OCCURRENCES`, OCCURRENCES.stackTopAsWord, count(word, top)),
    finding("the size in code, times", `${STACK} OCCURRENCES`, OCCURRENCES.stackSize, count(constant, size)),
    finding("pages of memory", `${STACK} PUBLISHED_PAGES`, PUBLISHED_PAGES, specimen.memory.pages),
    finding("slots of the function table", "scripts/engine/track-rejections.ts TABLE_SIZE", TABLE_SIZE, slots),
    finding("slot of the hook", "runtime/engine/layout.ts REJECTION_SLOT", REJECTION_SLOT, slots),
    finding("loops", `${METER} EXPECTED`, EXPECTED.loops, loops),
    finding("loops that follow pointers", `${METER} EXPECTED`, EXPECTED.chases, chases),
    finding("functions of mathematics", `${METER} EXPECTED`, EXPECTED.floats, floats),
    finding("bulk instructions", `${METER} EXPECTED`, EXPECTED.bulk, bulk),
    finding("kinds of instructions not known", "scripts/engine/instructions.ts KNOWN", "none", unknown || "none"),
  ];
}

/** The initial value of the stack pointer: the one global that changes. */
function stackTop(module: binaryen.Module): number | undefined {
  const globals = Array.from({ length: module.getNumGlobals() }, (_, i) =>
    binaryen.getGlobalInfo(module.getGlobalByIndex(i)),
  ).filter(({ mutable, type }) => mutable && type === binaryen.i32);
  const [global] = globals;
  if (!global || globals.length > 1) return undefined;
  const init = binaryen.getExpressionInfo(global.init);
  return init.id === binaryen.ConstId ? Number((init as binaryen.ConstInfo).value) : undefined;
}

/** The C library notes where its stack begins, and its size behind that. */
function stackSize(specimen: Specimen, top: number): number | undefined {
  let view: DataView;
  try {
    ({ view } = new Laboratory(specimen));
  } catch {
    // Nothing runs in this binary, which other findings tell.
    return undefined;
  }
  for (let at = 0; at < top; at += 4) {
    const size = view.getUint32(at + 4, true);
    if (view.getUint32(at, true) === top && size > 0 && size < top && size % 1024 === 0) return size;
  }
  return undefined;
}

/** Counts as the meter does, but goes on where it would stop. */
function countInstructions(module: binaryen.Module): Record<keyof typeof EXPECTED, number> & { unknown: string } {
  const found = { loops: 0, chases: 0, bulk: 0, floats: 0 };
  const unknown = new Map<number, number>();
  const onUnknown = (kind: number) => void unknown.set(kind, (unknown.get(kind) ?? 0) + 1);
  for (const { module: from, body } of functionsOf(module)) {
    if (from !== "") continue;
    let floats = 0;
    visit(
      body,
      (ref, kind) => {
        if (kind === binaryen.LoopId) found.loops++;
        if (kind === binaryen.LoopId && chasesPointers(ref, () => undefined)) found.chases++;
        if (kind === binaryen.MemoryCopyId || kind === binaryen.MemoryFillId) found.bulk++;
        if (kind === binaryen.BinaryId && isFloatArithmetic(ref)) floats++;
      },
      onUnknown,
    );
    if (floats >= MANY_FLOATS) found.floats++;
  }
  return { ...found, unknown: [...unknown].map(([kind, times]) => `${kind} (${times} times)`).join(", ") };
}
