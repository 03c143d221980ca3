import { defineProperty, emptyTable, hasOwn } from "./primordials.ts";

/** The modules a plugin can import. A module is made when it is first required. */
export class ModuleTable {
  readonly #makers: Record<string, () => unknown>;
  readonly #made = emptyTable<{ module: unknown }>();

  constructor(makers: Record<string, () => unknown>) {
    this.#makers = makers;
  }

  /** `require`, for plugin code. A default import of a module is the module itself, as in PostHog. */
  require = (name: unknown): unknown => {
    const key = String(name).replace(/^node:/, "");
    const made = this.#made[key];
    if (made) return made.module;
    const make = hasOwn(this.#makers, key) ? this.#makers[key] : undefined;
    if (!make) throw new Error(`Cannot import '${String(name)}'! This package is not provided by PostHog in plugins.`);
    const module = make();
    if ((typeof module === "object" || typeof module === "function") && module !== null && !("default" in module))
      defineProperty(module, "default", { value: module, enumerable: false, configurable: true });
    this.#made[key] = { module };
    return module;
  };
}
