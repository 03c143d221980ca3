import { stripVTControlCharacters } from "node:util";

/** Control characters but tab and line feed, and those that turn a text's direction: a terminal obeys them, whoever wrote them. */
// oxlint-disable-next-line no-control-regex -- it is these that are looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text of a plugin or a server without what a terminal would obey. */
export const plainText = (text: string): string => stripVTControlCharacters(text).replace(OBEYED, "");
