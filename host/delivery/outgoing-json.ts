import type { OutgoingEvent } from "./outgoing.ts";

/** `JSON.stringify` writes half a surrogate pair, and nothing else, as `\udXXX`; `\\` is matched to step over it. */
const BACKSLASH_OR_LONE_SURROGATE = /\\\\|\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The JSON of one event of a batch. Half surrogate pairs, which clients leave where they cut a text, become U+FFFD:
 * strict JSON readers refuse them, and with them the whole batch.
 */
export function outgoingJson(event: OutgoingEvent): string {
  const json = JSON.stringify(event);
  if (!json.includes("\\ud")) return json;
  return json.replace(BACKSLASH_OR_LONE_SURROGATE, (found) => (found === "\\\\" ? found : "\\ufffd"));
}
