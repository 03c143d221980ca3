import { and, count, desc, eq, lt } from "drizzle-orm";
import type { TeamDatabase } from "../database.ts";
import { logEntry } from "../schema.ts";

/** Lines of all configs together. */
const KEEP = 10_000;
/** The log is cut once for this many new lines: a cut looks at all of them. */
const SLACK = 256;

/**
 * Cuts the log back when it has grown: the configs that said most lose their oldest lines, all others keep theirs, so that nobody is
 * pushed out by somebody else's words. Call it after each line.
 */
export function cutToShares(db: TeamDatabase, newestId: number): void {
  if (newestId % SLACK !== 0) return;
  const { id, pluginConfigId } = logEntry;
  const sizes = db.select({ pluginConfigId, lines: count() }).from(logEntry).groupBy(pluginConfigId).all();
  const share = shareOf(
    sizes.map(({ lines }) => lines),
    KEEP,
  );
  for (const size of sizes) {
    if (size.lines <= share) continue;
    const isOfConfig = eq(pluginConfigId, size.pluginConfigId);
    const newest = db.select({ id }).from(logEntry).where(isOfConfig).orderBy(desc(id));
    const oldestKept = newest
      .limit(1)
      .offset(share - 1)
      .get();
    if (oldestKept)
      db.delete(logEntry)
        .where(and(isOfConfig, lt(id, oldestKept.id)))
        .run();
  }
}

/** The most that each may have for all to fit: what those with less leave is the others'. At least 1. */
export function shareOf(sizes: readonly number[], room: number): number {
  let left = room;
  for (const [i, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - i));
    if (size > share) return Math.max(share, 1);
    left -= size;
  }
  return room;
}
