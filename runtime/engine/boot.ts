import type { EngineExports, Pointer } from "./exports.ts";
import { OBJECT_SHAPE, REJECTION_SLOT, REJECTION_TRACKER, SHAPE_PROTOTYPE } from "./layout.ts";

/** The engine before anything runs in it. */
export interface Published {
  module: WebAssembly.Module;
  /** The module's memory minimum. */
  pages: number;
}

/** Where the parts of a virtual machine lie in its memory. */
export interface VirtualMachine {
  runtime: Pointer;
  context: Pointer;
  /** Room for the arguments of a call: values, the addresses of values, and a short text. */
  scratch: Pointer;
  /** `Object.prototype` and `Array.prototype`, by which plain objects and lists are told. */
  prototypes: { object: Pointer; list: Pointer };
}

/** Arguments of a call at most. */
export const MAX_ARGUMENTS = 16;
/** Where in the scratch room the addresses of arguments lie, and the text. */
export const SCRATCH_ADDRESSES = MAX_ARGUMENTS * 8;
export const SCRATCH_TEXT = SCRATCH_ADDRESSES + MAX_ARGUMENTS * 4;
/** Characters of a text that is short enough for it. */
export const SHORT_TEXT = 63;
const SCRATCH_BYTES = SCRATCH_TEXT + SHORT_TEXT + 1;
/** QuickJS's own choice: everything it has, WeakRef included, which the flags of 0.32.0 cannot name. */
const ALL_INTRINSICS = 0;

/** Starts a virtual machine in an instance that has just been made. */
export function bootVirtualMachine(exports: EngineExports, memory: WebAssembly.Memory): VirtualMachine {
  exports.initialize();
  const runtime = exports.QTS_NewRuntime();
  const context = exports.QTS_NewContext(runtime, ALL_INTRINSICS);
  const scratch = exports.malloc(SCRATCH_BYTES);
  const array = exports.QTS_NewArray(context);
  const view = new DataView(memory.buffer);
  view.setUint32(runtime + REJECTION_TRACKER, REJECTION_SLOT, true);
  const prototypeOf = (object: Pointer): Pointer =>
    view.getUint32(view.getUint32(object + OBJECT_SHAPE, true) + SHAPE_PROTOTYPE, true);
  const list = prototypeOf(view.getUint32(array, true));
  const prototypes = { list, object: prototypeOf(list) };
  exports.QTS_FreeValuePointer(context, array);
  return { runtime, context, scratch, prototypes };
}
