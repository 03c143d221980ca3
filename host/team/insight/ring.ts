import { lte } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

import type { TeamDatabase } from "../database.ts";

/** A ring is cut back once for this many new rows, so that cutting costs little per row. */
const SLACK = 64;

/** Cuts a table whose ids count upwards back to its newest rows. Call it after each insert. */
export function cutRing(
  db: TeamDatabase,
  table: SQLiteTable & { id: SQLiteColumn },
  newestId: number,
  keep: number,
): void {
  if (newestId % SLACK === 0)
    db.delete(table)
      .where(lte(table.id, newestId - keep))
      .run();
}
