import type { Json } from "../event.ts";
import { parseTime } from "../parse-time.ts";

/**
 * When the client says it sent its request: the first of `candidates` that is a time.
 *
 * @param candidates in order of preference: the query's `_`, the body's `sent_at`, the form's.
 * @returns ISO 8601 in UTC, or null.
 */
export function readSentAt(candidates: readonly (Json | undefined)[]): string | null {
  for (const candidate of candidates) {
    const milliseconds = parseTime(candidate);
    if (milliseconds !== null) return new Date(milliseconds).toISOString();
  }
  return null;
}
