import type { Bind } from "./bind.ts";
import type { Buffers } from "./buffers.ts";
import type { makeCrypto } from "./globals/crypto.ts";
import type { URLSearchParams } from "./globals/url-search-params.ts";
import type { URL } from "./globals/url.ts";
import { GuestError, GuestString, defineProperty, emptyTable, evaluate, hasOwn, reflect } from "./primordials.ts";

/** What modules have of the library; they know it by the name `library`. */
export interface ModuleLibrary {
  /** Binds a capability. */
  bind: Bind;
  /** Where what a plugin gathers is kept. */
  buffers: Buffers;
  /** Gives another module, for one that needs it seldom. */
  require(name: string): unknown;
  /** Globals as they were before the plugin's script ran. */
  globals: {
    URL: typeof URL;
    URLSearchParams: typeof URLSearchParams;
    crypto: ReturnType<typeof makeCrypto>;
  };
}

/** Asks the host for the source of a module: its text, or a list with the reason why there is none. */
export type RequestSource = (name: string) => unknown;

/** The modules that a plugin can import. A module's source is asked for, and run, when it is first required. */
export class ModuleTable {
  readonly #requestSource: RequestSource;
  readonly #own: Record<string, () => unknown>;
  readonly #shared: Record<string, unknown>;
  readonly #library: ModuleLibrary;
  readonly #made = emptyTable<{ module: unknown }>();

  /**
   * @param own modules that are in the library
   * @param shared files of the library that modules import, by path
   * @param library what else they have of it
   */
  constructor(
    requestSource: RequestSource,
    own: Record<string, () => unknown>,
    shared: Record<string, unknown>,
    library: Omit<ModuleLibrary, "require">,
  ) {
    this.#requestSource = requestSource;
    this.#own = own;
    this.#shared = shared;
    this.#library = { ...library, require: this.require };
  }

  /** `require`, for plugin code. A default import of a module is the module itself, as in PostHog. */
  require = (name: unknown): unknown => {
    const text = GuestString(name);
    const key = text.slice(0, 5) === "node:" ? text.slice(5) : text;
    const made = this.#made[key];
    if (made) return made.module;
    const module = hasOwn(this.#own, key) ? (this.#own[key] as () => unknown)() : this.#run(text);
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

  #run(name: string): unknown {
    const source = this.#requestSource(name);
    if (typeof source !== "string") throw new GuestError((source as [string])[0]);
    const module = { exports: {} as { default?: unknown } };
    const require = (of: string): unknown => (hasOwn(this.#shared, of) ? this.#shared[of] : this.require(of));
    // The library is handed over as an argument alone: what a module exports goes through builtins that the plugin may have replaced.
    reflect.apply(evaluate(source) as (...args: unknown[]) => void, undefined, [require, module, this.#library]);
    return module.exports.default;
  }
}
