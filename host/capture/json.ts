import type { Json } from "../event.ts";
import { CaptureError } from "./capture-error.ts";
import { MAX_JSON_VALUES } from "./limits.ts";

/** Whether `text` begins as a JSON object or array does, the only roots that carry events. */
export function looksLikeJson(text: string): boolean {
  const first = text.trimStart().charAt(0);
  return first === "{" || first === "[";
}

/**
 * Parses a client's JSON. `NaN`, `Infinity` and `-Infinity`, which Python writes, become null.
 *
 * @throws {CaptureError} 400 when it is no JSON, 413 when it holds more values than memory can be spent on.
 */
export function parseJson(text: string): Json {
  const json = withoutNonFinite(text);
  try {
    return JSON.parse(json) as Json;
  } catch (cause) {
    throw CaptureError.invalidJson(cause instanceof Error ? cause.message : "Unknown error");
  }
}

/**
 * Looks at all that stands outside of strings: counts the values, so that no parser meets too many of them, and
 * replaces the literals that are not JSON. What is neither is left for the parser to complain about.
 */
function withoutNonFinite(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i);
        break;
      case 0x2c: // ,
      case 0x5b: // [
      case 0x7b: // {
        values++;
        if (values > MAX_JSON_VALUES) throw CaptureError.tooManyValues();
        break;
      case 0x49: // I
      case 0x4e: {
        // N
        const literal = text.startsWith("NaN", i) ? "NaN" : "Infinity";
        if (!text.startsWith(literal, i)) break;
        const signed = literal === "Infinity" && text[i - 1] === "-";
        parts.push(text.slice(copied, signed ? i - 1 : i), "null");
        i += literal.length - 1;
        copied = i + 1;
        break;
      }
    }
  }
  return copied === 0 ? text : parts.join("") + text.slice(copied);
}

/** The index of the quote that closes the string opened at `start`; the text's end when there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
