import { MissingBodyError } from "../bodies.ts";
import type { Bodies, StoredBody } from "../bodies.ts";
import type { JsonObject } from "../../event.ts";

/** UTF-16 units of JSON on one page: what one call can carry, and one isolate hold, whatever the size of its events. */
const MAX_PAGE_LENGTH = 4_000_000;

/**
 * Reads the events of rows one after another, until the page is full; at least one.
 * @param rows without their bodies, so that no more of them is held than goes on the page
 * @param bodyOf where the event of a row is kept
 * @returns the events of the first rows; null for one that was lost in R2
 */
export async function readEvents<Row>(
  bodies: Bodies,
  rows: readonly Row[],
  bodyOf: (row: Row) => StoredBody,
): Promise<(JsonObject | null)[]> {
  const events: (JsonObject | null)[] = [];
  let length = 0;
  for (const row of rows) {
    const json = await jsonOf(bodies, bodyOf(row));
    length += json?.length ?? 0;
    if (events.length > 0 && length > MAX_PAGE_LENGTH) break;
    events.push(json === null ? null : (JSON.parse(json) as JsonObject));
  }
  return events;
}

async function jsonOf(bodies: Bodies, stored: StoredBody): Promise<string | null> {
  try {
    return await bodies.get(stored);
  } catch (error) {
    if (error instanceof MissingBodyError) return null;
    throw error;
  }
}
