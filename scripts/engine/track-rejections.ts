import binaryen from "binaryen";

/** Slots of the published engine's function table, all taken but the first, which is C's null pointer. */
export const TABLE_SIZE = 471;

/**
 * Lets the host hear of rejected promises that nobody handles. QuickJS has a hook for that, which the published engine does not hand out: a
 * function pointer in its runtime. The function is imported as `a.rejection` and put into a new slot of the function table.
 */
export function trackRejections(module: binaryen.Module): void {
  const size = tableSize(module);
  if (size !== TABLE_SIZE) throw new Error(`the function table has ${size} slots instead of ${TABLE_SIZE}`);
  addHook(module);
}

/** Slots of a module's function table. */
export function tableSize(module: binaryen.Module): number {
  return binaryen.getTableInfo(module.getTableByIndex(0)).initial;
}

/** Puts the import behind the last slot of the function table, whatever its size. */
export function addHook(module: binaryen.Module): void {
  const { i32, i64, none } = binaryen;
  const table = module.getTableByIndex(0);
  const { initial, name } = binaryen.getTableInfo(table);
  module.addFunctionImport("rejection", "a", "rejection", binaryen.createType([i32, i64, i64, i32, i32]), none);
  setTableSize(table, initial + 1);
  module.addActiveElementSegment(name, "rejection", ["rejection"], module.i32.const(initial));
}

/** binaryen.js has the setter of its C API, but no name for it. */
function setTableSize(table: binaryen.TableRef, size: number): void {
  (
    binaryen as unknown as { _BinaryenTableSetInitial(table: binaryen.TableRef, size: number): void }
  )._BinaryenTableSetInitial(table, size);
}
