import { MAX_TEXT } from "../protocol.ts";
import type { ThrownValue } from "../protocol.ts";
import type { Host } from "./host.ts";
import { GuestError, GuestInternalError, GuestString, isArray, stringify } from "./primordials.ts";

/** Tells the host what a plugin function returned, in JSON's terms. */
export function reportReturned(host: Host, value: unknown): void {
  const type = typeName(value);
  const truthy = Boolean(value);
  let json: string | undefined;
  try {
    json = stringify(value);
  } catch (error) {
    // Memory or stack ended: a limit, not a value that JSON cannot carry.
    if (error instanceof GuestInternalError) throw error;
    const { message } = reportThrown(error);
    return host.complete({ tag: "returned", val: { type, truthy, unserialisable: message } });
  }
  return host.completeWithValue(json, type, truthy);
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
