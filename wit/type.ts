/** A WIT type as data: what a value of the contract must look like. `bytes` stands for `list<u8>`. */
export type Type =
  | "bool"
  | "bytes"
  | "f64"
  | "s32"
  | "string"
  | "u16"
  | "u32"
  | { readonly option: Type }
  | { readonly list: Type }
  | { readonly tuple: readonly Type[] }
  | { readonly enum: readonly string[] }
  /** Field name in lower camel case, type. */
  | { readonly record: readonly (readonly [string, Type])[] }
  /** Case name, type of its payload or null. */
  | { readonly variant: readonly (readonly [string, Type | null])[] };

/** One function of the contract. Names of functions are in lower camel case, of parameters as in WIT. */
export interface Func {
  readonly name: string;
  readonly async: boolean;
  readonly params: readonly (readonly [string, Type])[];
  /** The type of a successful result, or null for none. */
  readonly result: Type | null;
  /** Whether the function returns `result<_, host-error>`, that is, may fail. */
  readonly fallible: boolean;
}

/** A capability function with its number at the boundary. */
export interface Operation extends Func {
  readonly interface: string;
}
