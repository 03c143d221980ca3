import { GuestError, GuestString, defineProperty } from "../primordials.ts";

/** The names that have a number, by that number. Those without a name were given up. */
const NAMES =
  ",IndexSizeError,,HierarchyRequestError,WrongDocumentError,InvalidCharacterError,,NoModificationAllowedError,NotFoundError,NotSupportedError,InUseAttributeError,InvalidStateError,SyntaxError,InvalidModificationError,NamespaceError,InvalidAccessError,,TypeMismatchError,SecurityError,NetworkError,AbortError,URLMismatchError,QuotaExceededError,TimeoutError,InvalidNodeTypeError,DataCloneError".split(
    ",",
  );

/** The web's `DOMException` class. */
export class DOMException extends GuestError {
  readonly #name: string;

  constructor(message: unknown = "", options: unknown = "Error") {
    super(GuestString(message));
    const { name, cause } = (typeof options === "object" && options !== null ? options : { name: options }) as {
      name?: unknown;
      cause?: unknown;
    };
    this.#name = GuestString(name ?? "Error");
    if (cause !== undefined) defineProperty(this, "cause", { value: cause, writable: true, configurable: true });
  }

  get code(): number {
    const code = NAMES.indexOf(this.#name);
    return this.#name && code > 0 ? code : 0;
  }

  get [Symbol.toStringTag](): string {
    return "DOMException";
  }

  static {
    // An accessor, as on the web; a class may not override a property of its parent with one.
    defineProperty(this.prototype, "name", {
      get(this: DOMException) {
        return this.#name;
      },
      enumerable: true,
      configurable: true,
    });
    NAMES.forEach((name, code) => {
      if (!name) return;
      const constant = `${name.replace(/Error$/, "").replace(/([a-z])(?=[A-Z])/g, "$1_")}_ERR`.toUpperCase();
      defineProperty(this, constant, { value: code, enumerable: true });
      defineProperty(this.prototype, constant, { value: code, enumerable: true });
    });
  }
}
