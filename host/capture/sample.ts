import type { Json, JsonObject } from "../event.ts";
import { MAX_SAMPLE_BYTES } from "./limits.ts";

const encoder = new TextEncoder();

/**
 * The beginning of a value's JSON, at most 1 KiB of UTF-8. Writes no more than that, however large the value is, and
 * goes no deeper: every level writes a bracket.
 */
export function sampleOf(value: Json): string {
  const text = write(value, MAX_SAMPLE_BYTES);
  const { read } = encoder.encodeInto(text, new Uint8Array(MAX_SAMPLE_BYTES));
  return text.slice(0, read);
}

/** At least the first `room` characters of the value's JSON, and never many more. */
function write(value: Json, room: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, Math.max(room, 0)));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);

  const isArray = Array.isArray(value);
  let text = isArray ? "[" : "{";
  for (const [key, child] of entriesOf(value)) {
    if (text.length >= room) return text;
    if (text.length > 1) text += ",";
    if (!isArray) text += `${write(key, room - text.length)}:`;
    text += write(child, room - text.length);
  }
  return text + (isArray ? "]" : "}");
}

function entriesOf(value: Json[] | JsonObject): Iterable<[string | number, Json]> {
  return Array.isArray(value) ? value.entries() : Object.entries(value);
}
