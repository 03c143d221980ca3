import type { Bind } from "./bind.ts";
import type { CallBuffers } from "./call-buffers.ts";
import { GuestError, GuestString, defineProperty, emptyTable, evaluate, hasOwn, reflect } from "./primordials.ts";

/** What modules are made of, beside each other. */
export interface ModuleParts {
  /** Binds a capability. */
  bind: Bind;
  /** Where what a plugin gathers is kept until its call ends. */
  buffers: CallBuffers;
  /** Gives another module, for one that needs it seldom. */
  require(name: string): unknown;
  /** Globals as they are before the plugin's script runs. */
  globals: Readonly<Record<string, unknown>>;
}

/** Asks the host for the source of a module: its text, or a list with the reason why there is none. */
export type RequestSource = (name: string) => unknown;

type Make = (parts: ModuleParts) => unknown;

/** The modules that a plugin can import. A module's source is asked for, and the module made, when it is first required. */
export class ModuleTable {
  readonly #requestSource: RequestSource;
  readonly #own: Record<string, () => unknown>;
  readonly #library: Record<string, unknown>;
  readonly #parts: ModuleParts;
  readonly #made = emptyTable<{ module: unknown }>();

  /**
   * @param own modules that are in the library
   * @param library files of the library that modules share with it, by path
   * @param parts handed to each module that is made
   */
  constructor(
    requestSource: RequestSource,
    own: Record<string, () => unknown>,
    library: Record<string, unknown>,
    parts: Omit<ModuleParts, "require">,
  ) {
    this.#requestSource = requestSource;
    this.#own = own;
    this.#library = library;
    this.#parts = { ...parts, require: this.require };
  }

  /** `require`, for plugin code. A default import of a module is the module itself, as in PostHog. */
  require = (name: unknown): unknown => {
    const text = GuestString(name);
    const key = text.slice(0, 5) === "node:" ? text.slice(5) : text;
    const made = this.#made[key];
    if (made) return made.module;
    const module = hasOwn(this.#own, key) ? (this.#own[key] as () => unknown)() : this.#load(key, text);
    if ((typeof module === "object" || typeof module === "function") && module !== null && !hasOwn(module, "default"))
      // Writable, because what inherits from a module, as streams do from events, gets a default of its own by assignment.
      defineProperty(module, "default", {
        __proto__: null,
        value: module,
        writable: true,
        configurable: true,
      } as PropertyDescriptor);
    this.#made[key] = { module };
    return module;
  };

  #load(key: string, name: string): unknown {
    const source = this.#requestSource(key);
    if (typeof source !== "string") throw new GuestError((source as [string])[0]);
    const module = { exports: {} as { default: Make } };
    const require = (of: string): unknown => (hasOwn(this.#library, of) ? this.#library[of] : this.require(of));
    reflect.apply(evaluate(source) as (...args: unknown[]) => void, undefined, [require, module]);
    return module.exports.default(this.#parts);
  }
}
