import { MAX_TEXT } from "../protocol.ts";
import type { Report, ThrownValue } from "../protocol.ts";
import { GuestError, GuestInternalError, GuestString, isArray, stringify } from "./primordials.ts";

/** What a plugin function returned, in JSON's terms. */
export function reportReturned(value: unknown): Report {
  const returned = { type: typeName(value), truthy: Boolean(value) };
  try {
    const json = stringify(value);
    return { tag: "returned", val: json === undefined ? returned : { ...returned, json } };
  } catch (error) {
    // Memory or stack ended: a limit, not a value that JSON cannot carry.
    if (error instanceof GuestInternalError) return { tag: "threw", val: reportThrown(error) };
    return { tag: "returned", val: { ...returned, unserialisable: reportThrown(error).message } };
  }
}

/** What a plugin threw: an error's own texts, a string verbatim, other values as JSON. */
export function reportThrown(value: unknown): ThrownValue {
  try {
    if (value instanceof GuestError)
      return { name: text(value.name), message: text(value.message), stack: text(value.stack ?? "") };
    return { name: "", message: text(typeof value === "object" ? stringify(value) : value), stack: "" };
  } catch {
    return { name: "", message: "a value that cannot be printed", stack: "" };
  }
}

function text(value: unknown): string {
  return GuestString(value).slice(0, MAX_TEXT);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return isArray(value) ? "array" : typeof value;
}
