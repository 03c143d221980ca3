import type { Json } from "../event.ts";
import { pairsOfForms } from "./forms.ts";
import { mapTexts } from "./map-texts.ts";
import { Matcher } from "./matcher.ts";
import { MIN_REDACTED, REDACTED } from "./redactor.ts";

/** What a plugin may ask of the shape of a secret: whether it is JSON, an address, base64, or has a prefix. */
const KEPT = /[\s"{}[\],:/.@_=+-]/;

/**
 * Puts others in the place of secret values: of the same length and build, so that a plugin takes the same way with them and its calls
 * take the same fuel. One value has the same stand-in everywhere, encoded as the value was.
 */
export class SecretMask {
  readonly #stands = new Map<string, string>();
  readonly #matcher: Matcher;

  constructor(values: Iterable<string>) {
    for (const value of values)
      if (value.length >= MIN_REDACTED)
        for (const [form, stand] of pairsOfForms(value, standIn(value)))
          if (!this.#stands.has(form)) this.#stands.set(form, stand);
    this.#matcher = new Matcher([...this.#stands.keys()]);
  }

  text(text: string): string {
    const parts: string[] = [];
    let done = 0;
    for (const { index, length } of this.#matcher.find(text)) {
      // Where many secrets are alike, a place may be none of them exactly.
      parts.push(text.slice(done, index), this.#stands.get(text.slice(index, index + length)) ?? REDACTED);
      done = index + length;
    }
    return done === 0 ? text : parts.join("") + text.slice(done);
  }

  /** A copy of a value with all texts in it masked, names of properties too. */
  json<Value extends Json>(value: Value): Value {
    return mapTexts(value, (text) => this.text(text));
  }
}

/** Letters become `x`, digits `0`. What has neither has nothing of itself left. */
function standIn(value: string): string {
  const stand = value.replace(/[^]/g, (unit) => (/\d/.test(unit) ? "0" : KEPT.test(unit) ? unit : "x"));
  return stand === value ? "x".repeat(value.length) : stand;
}
