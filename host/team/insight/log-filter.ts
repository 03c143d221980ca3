import { and, eq, gt, inArray, lt, type SQL, sql } from "drizzle-orm";
import { logEntry } from "../schema.ts";

/** Which entries of the log are wanted; all of what is named has to fit. */
export interface LogFilter {
  pluginConfigId?: number;
  /** Any of them. */
  types?: string[];
  /** In the message, in capitals or not. */
  search?: string;
  function?: string;
  eventUuid?: string;
  /** Later, and earlier, than this: milliseconds since the epoch. */
  after?: number;
  before?: number;
}

/** The same for a query; undefined for all. */
export function isWanted({ pluginConfigId, types, search, ...other }: LogFilter): SQL | undefined {
  const { function: name, eventUuid, after, before } = other;
  return and(
    pluginConfigId === undefined ? undefined : eq(logEntry.pluginConfigId, pluginConfigId),
    types === undefined ? undefined : inArray(logEntry.type, types),
    search === undefined ? undefined : sql`instr(lower(${logEntry.message}), lower(${search})) > 0`,
    name === undefined ? undefined : eq(logEntry.function, name),
    eventUuid === undefined ? undefined : eq(logEntry.eventUuid, eventUuid),
    after === undefined ? undefined : gt(logEntry.at, after),
    before === undefined ? undefined : lt(logEntry.at, before),
  );
}
