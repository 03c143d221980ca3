import type { EventPage } from "./event-pages.ts";
import type { HistoricalExport } from "./historical-exports.ts";

/** How often a page is tried again. */
export const MAX_FAILURES = 15;

/** The shortest and longest time of which events are asked for at once. */
const SHORTEST_WINDOW_MS = 10_000;
const LONGEST_WINDOW_MS = 7 * 24 * 60 * 60_000;
/** Events of a window that are skipped at most before the next ones are shorter: PostHog reads what it skips. */
const MAX_SKIP = 1_000;

/** One whose beginning is known. */
export type Running = HistoricalExport & { reached: number };

type Position = Pick<HistoricalExport, "skip" | "windowMs" | "dateTo"> & { reached: number };

/** The time before which the window in hand ends. */
export const windowEnd = ({ reached, windowMs, dateTo }: Position): number => Math.min(reached + windowMs, dateTo);

export const isOver = ({ reached, dateTo }: Pick<Position, "reached" | "dateTo">): boolean => reached >= dateTo;

/** Where an export stands after a page. Where nothing happened windows grow, where much did they shrink. */
export function advance(row: Position, { count, hasMore }: EventPage): Pick<Position, "reached" | "skip" | "windowMs"> {
  const { reached, skip, windowMs } = row;
  if (hasMore) return { reached, skip: skip + count, windowMs };
  const seen = skip + count;
  const factor = seen === 0 ? 2 : seen > MAX_SKIP ? 0.5 : 1;
  const next = Math.min(Math.max(Math.ceil(windowMs * factor), SHORTEST_WINDOW_MS), LONGEST_WINDOW_MS);
  return { reached: windowEnd(row), skip: 0, windowMs: next };
}

/** How much of the time is done, from 0 to 1; null as long as its beginning is not known. */
export function progressOf({ dateFrom, dateTo, reached }: HistoricalExport): number | null {
  if (dateFrom === null || reached === null) return null;
  return dateTo <= dateFrom ? 1 : (reached - dateFrom) / (dateTo - dateFrom);
}
