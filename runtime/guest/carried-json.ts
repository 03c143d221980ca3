import {
  ArrayPrototype,
  GuestInternalError,
  ObjectPrototype,
  isArray,
  isFiniteNumber,
  reflect,
  stringify,
} from "./primordials.ts";

/**
 * The JSON of a value that is the same when it is read again; undefined for one of which JSON would lose or change something, such as a
 * Date, a function, NaN or a cycle. Keys whose value is undefined may be lost.
 */
export function carriedJson(value: unknown): string | undefined {
  let isCarried = true;
  // Asked with each holder, because a `toJSON` has had its turn before.
  function look(this: Record<string, unknown>, key: string, given: unknown): unknown {
    isCarried &&= given === this[key] && isPlain(given, isArray(this));
    return isCarried ? given : undefined;
  }
  try {
    const json = stringify(value, look);
    return isCarried ? json : undefined;
  } catch (error) {
    // Memory or stack ended: a limit, not a value that JSON cannot carry.
    if (error instanceof GuestInternalError) throw error;
    return undefined;
  }
}

function isPlain(value: unknown, isElement: boolean): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return isFiniteNumber(value);
    case "undefined":
      return !isElement;
    case "object":
      return value === null || isPlainObject(value);
    default:
      return false;
  }
}

function isPlainObject(value: object): boolean {
  const prototype = reflect.getPrototypeOf(value);
  return prototype === (isArray(value) ? ArrayPrototype : ObjectPrototype) || prototype === null;
}
