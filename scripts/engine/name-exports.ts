import binaryen from "binaryen";

/** What `runtime/engine/exports.ts` declares, beside what the other steps add. */
export const NEEDED = [
  "malloc",
  "free",
  "QTS_NewRuntime",
  "QTS_NewContext",
  "QTS_RuntimeSetMemoryLimit",
  "QTS_RuntimeSetMaxStackSize",
  "QTS_Eval",
  "QTS_Call",
  "QTS_GetProp",
  "QTS_DefineProp",
  "QTS_NewFunction",
  "QTS_NewString",
  "QTS_NewArray",
  "QTS_NewArrayBuffer",
  "QTS_GetArrayBuffer",
  "QTS_GetArrayBufferLength",
  "QTS_GetUndefined",
  "QTS_DupValuePointer",
  "QTS_FreeValuePointer",
  "QTS_FreeCString",
  "QTS_ResolveException",
  "QTS_Dump",
  "QTS_IsJobPending",
  "QTS_ExecutePendingJob",
];

/**
 * Gives the engine's exports their names back, which the minifier took, and drops those that nobody needs.
 * @param glue the JavaScript that quickjs-emscripten publishes beside the binary: it knows both names of each
 */
export function nameExports(module: binaryen.Module, glue: string): void {
  const minified = minifiedNames(glue);
  const kept = ["initialize", ...NEEDED].map((name) => {
    const short = minified.get(name);
    const found = short === undefined ? 0 : module.getExport(short);
    if (!found) throw new Error(`the published engine has no export ${name}`);
    return { name, value: binaryen.getExportInfo(found).value };
  });
  for (let i = module.getNumExports() - 1; i >= 0; i--) {
    const { name } = binaryen.getExportInfo(module.getExportByIndex(i));
    module.removeExport(name);
  }
  for (const { name, value } of kept) module.addFunctionExport(value, name);
}

/** The minifier's names of the engine's exports, by their own. `initialize` is what runs before all else. */
export function minifiedNames(glue: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const [, name = "", short = ""] of glue.matchAll(/\bd\._(\w+)=b\.([\w$]+)/g)) names.set(name, short);
  const initialize = /\bZ\.(\w+)\(\);H\?\.\(d\)/.exec(glue)?.[1];
  if (initialize !== undefined) names.set("initialize", initialize);
  return names;
}
