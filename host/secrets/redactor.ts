import type { Json } from "../event.ts";
import { formsOf } from "./forms.ts";
import { mapTexts } from "./map-texts.ts";
import { Matcher } from "./matcher.ts";

/** Stands where a secret value was. */
export const REDACTED = "[redacted]";

/** Values of fewer characters are left alone: texts are full of them. */
export const MIN_REDACTED = 3;

const encoder = new TextEncoder();
const REDACTED_BYTES = encoder.encode(REDACTED);

/**
 * Takes secret values out of texts and bytes, in one pass. A value of six characters or more is found wherever it stands, in every form
 * of `formsOf`; one of three to five where it is a word of its own.
 */
export class Redactor {
  readonly #inText: Matcher;
  readonly #inBytes: Matcher;

  constructor(values: Iterable<string>) {
    const forms = [...new Set(values)].filter(({ length }) => length >= MIN_REDACTED).flatMap(formsOf);
    this.#inText = new Matcher(forms);
    this.#inBytes = new Matcher(forms.map((form) => byteText(encoder.encode(form))));
  }

  /** A text without the values. */
  readonly text = (text: string): string => {
    const parts: string[] = [];
    let done = 0;
    for (const { index, length } of this.#inText.find(text)) {
      parts.push(text.slice(done, index), REDACTED);
      done = index + length;
    }
    return done === 0 ? text : parts.join("") + text.slice(done);
  };

  /** A copy of a value without the values in any of its texts, names of properties included. */
  readonly json = <Value extends Json>(value: Value): Value => mapTexts(value, this.text);

  /** Bytes without the UTF-8 of the values; the same bytes where there is none. */
  readonly bytes = (bytes: Uint8Array): Uint8Array => {
    if (this.#inBytes.isEmpty) return bytes;
    const parts: Uint8Array[] = [];
    let done = 0;
    for (const { index, length } of this.#inBytes.find(byteText(bytes))) {
      parts.push(bytes.subarray(done, index), REDACTED_BYTES);
      done = index + length;
    }
    return done === 0 ? bytes : join([...parts, bytes.subarray(done)]);
  };
}

/** A character for each byte: what is found at a place of it is at that place of the bytes. */
const byteText = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
