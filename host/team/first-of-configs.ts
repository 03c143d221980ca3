import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

import type { TeamDatabase } from "./database.ts";

/** Rows that wait, of configs. */
export interface Waiting {
  table: SQLiteTable;
  pluginConfigId: SQLiteColumn;
  dueAt: SQLiteColumn;
  /** Which rows count; all of them without it. */
  where?: SQL;
}

export interface FirstOfConfig {
  pluginConfigId: number;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

/**
 * When each config's first row is due, the earliest first. It has a look at one row for a config, however many wait, by an index of configs
 * and times.
 * @param except configs to leave out
 */
export function firstOfConfigs(db: TeamDatabase, waiting: Waiting, except: readonly number[]): FirstOfConfig[] {
  const found: FirstOfConfig[] = [];
  for (let row = firstAfter(db, waiting, 0); row; row = firstAfter(db, waiting, row.pluginConfigId))
    if (!except.includes(row.pluginConfigId)) found.push(row);
  return found.toSorted((a, b) => a.dueAt - b.dueAt);
}

/** The first row of the config with the next higher id. */
function firstAfter(
  db: TeamDatabase,
  { table, pluginConfigId, dueAt, where = sql`true` }: Waiting,
  id: number,
): FirstOfConfig | undefined {
  const [row] = db.all<FirstOfConfig>(sql`
    select ${pluginConfigId} as pluginConfigId, ${dueAt} as dueAt from ${table}
    where ${where} and ${pluginConfigId} > ${id} order by ${pluginConfigId}, ${dueAt} limit 1`);
  return row;
}
