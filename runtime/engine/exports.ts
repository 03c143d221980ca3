/** The address of a value that the engine keeps for its host: a `JSValue` on the heap, counted once. Valid as long as its engine. */
export type Handle = number & { readonly handle: unique symbol };

/** An address in linear memory. */
export type Pointer = number;

/**
 * What the engine exports, under quickjs-emscripten's names (`scripts/engine/name-exports.ts` gives them back; the published binary
 * has the minifier's). `fuel` is the meter's.
 */
export interface EngineExports {
  /** A WebAssembly global. */
  fuel: { value: number };
  initialize(): void;
  malloc(bytes: number): Pointer;
  free(pointer: Pointer): void;
  QTS_NewRuntime(): Pointer;
  QTS_NewContext(runtime: Pointer, intrinsics: number): Pointer;
  QTS_RuntimeSetMemoryLimit(runtime: Pointer, bytes: number): void;
  QTS_RuntimeSetMaxStackSize(runtime: Pointer, bytes: number): void;
  QTS_Eval(
    context: Pointer,
    code: Pointer,
    length: number,
    filename: Pointer,
    detectModule: number,
    flags: number,
  ): Handle;
  QTS_Call(context: Pointer, fn: Handle, self: Pointer, argc: number, argv: Pointer): Handle;
  QTS_GetProp(context: Pointer, of: Handle, name: Handle): Handle;
  QTS_DefineProp(
    context: Pointer,
    of: Handle,
    name: Handle,
    value: Handle,
    get: Pointer,
    set: Pointer,
    configurable: number,
    enumerable: number,
    hasValue: number,
  ): void;
  QTS_NewFunction(context: Pointer, name: Pointer, arity: number, isConstructor: number, hostRef: number): Handle;
  QTS_NewString(context: Pointer, text: Pointer): Handle;
  QTS_NewArray(context: Pointer): Handle;
  QTS_NewArrayBuffer(context: Pointer, bytes: Pointer, length: number): Handle;
  QTS_GetArrayBuffer(context: Pointer, value: Pointer): Pointer;
  QTS_GetArrayBufferLength(context: Pointer, value: Pointer): number;
  QTS_GetUndefined(): Pointer;
  QTS_DupValuePointer(context: Pointer, value: Pointer): Handle;
  QTS_FreeValuePointer(context: Pointer, value: Pointer): void;
  QTS_FreeCString(context: Pointer, text: Pointer): void;
  QTS_ResolveException(context: Pointer, value: Handle): Handle;
  QTS_Dump(context: Pointer, value: Handle): Pointer;
  QTS_IsJobPending(runtime: Pointer): number;
  QTS_ExecutePendingJob(runtime: Pointer, most: number, context: Pointer): Handle;
}
