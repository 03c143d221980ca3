import type { Json } from "../event.ts";

const MAX_CHARACTERS = 400;
/** Controls that turn the direction of the text around them, or cannot be seen at all. */
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\u200b\u2028\u2029\u2060-\u2064\ufeff]/gu;

/** A value as a page shows it: JSON, cut when it is long. */
export function shownValue(value: Json): string {
  return shownText(JSON.stringify(value));
}

/** A text as a page shows it: cut when it is long, and with what would trick the eye written out. */
export function shownText(text: string, max = MAX_CHARACTERS): string {
  const cut = text.length <= max ? text : `${text.slice(0, max)}… (${text.length} characters)`;
  return cut.replace(INVISIBLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
