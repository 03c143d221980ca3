/** Levels of lists and objects in an event. Deeper ones would end the stack of whoever copies them, and PostHog takes none. */
export const MAX_EVENT_LEVELS = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How many levels of lists and objects a JSON text has, found without parsing it. */
export function jsonDepth(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) i = endOfString(json, i);
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

/** The index of the quote that ends the string which starts at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (i < json.length && json.charCodeAt(i) !== QUOTE) i += json.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}
