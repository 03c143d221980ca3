const MAX = 300;

/** A text cut to what one reads in a terminal. */
export function shorten(text: string, max = MAX): string {
  return text.length <= max ? text : `${text.slice(0, max)}... (${text.length} characters)`;
}
