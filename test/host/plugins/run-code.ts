/** Runs compiled code as the runtime does, as far as modules go; answers its exports and its top-level `names`. */
export function runCode(
  code: string,
  modules: Record<string, unknown> = {},
  names: string[] = [],
): { exports: Record<string, unknown>; globals: Record<string, unknown> } {
  const module = { exports: {} };
  const require = (name: string): unknown => {
    if (!Object.hasOwn(modules, name)) throw new Error(`Cannot import '${name}'!`);
    return modules[name];
  };
  const globals = names.map((name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`);
  const run = new Function("module", "exports", "require", `${code}\n;return {${globals.join(",")}}`) as (
    ...args: unknown[]
  ) => Record<string, unknown>;
  return { globals: run(module, module.exports, require), exports: module.exports };
}

/** Calls a function that compiled code exports. */
export function callExport(exports: Record<string, unknown>, name: string, ...args: unknown[]): unknown {
  const found = exports[name];
  if (typeof found !== "function") throw new TypeError(`${name} is not exported`);
  return Reflect.apply(found, undefined, args);
}
