import { asc, getTableColumns, getTableName, gt, is, sql } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Json } from "../event.ts";
import { type Bodies, MissingBodyError } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import type { FactValues } from "./facts.ts";
import * as schema from "./schema.ts";

/** Some rows of a table, each a line of JSON. */
export interface RowsPage {
  lines: string;
  /** What goes into `after` for the next page; null on the last one. */
  next: number | null;
}

interface ExportDeps {
  db: TeamDatabase;
  bodies: Bodies;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
}

/** The way of an event, and of what it leaves to do: what moves on during an export is met later, not missed. */
const FIRST: readonly SQLiteTable[] = [
  schema.inbox,
  schema.processedEvent,
  schema.followUp,
  schema.followUpEvent,
  schema.webhook,
  schema.outbox,
];

const TABLES = new Map<string, SQLiteTable>(
  [...FIRST, ...Object.values(schema)]
    .filter((value) => is(value, SQLiteTable))
    .map((table) => [getTableName(table), table]),
);

/** Names of all tables of an object, in the order in which they are to be read. */
export const EXPORTED_TABLES: readonly string[] = [...TABLES.keys()];

/** Facts that are the object's own secrets. */
const SECRET_FACTS: ReadonlySet<unknown> = new Set<keyof FactValues>(["callSecret"]);

/** UTF-16 units of a page, unless a single row is longer: what one call can carry, and an isolate hold. */
const MAX_PAGE_LENGTH = 2_000_000;
const MAX_PAGE_ROWS = 1000;

const rowId = sql<number>`rowid`;

/**
 * Reads a page of a table with all columns; of a row whose body lies in R2, the body. Secrets of configs are taken out of all texts.
 * @param after the number of the last row of the page before; 0 for the first page
 */
export async function exportRows(deps: ExportDeps, name: string, after: number): Promise<RowsPage> {
  const table = TABLES.get(name);
  if (table === undefined) throw new Error(`a team's object has no table ${name}`);
  const { db } = deps;
  const ids = db
    .select({ id: rowId })
    .from(table)
    .where(gt(rowId, after))
    .orderBy(asc(rowId))
    .limit(MAX_PAGE_ROWS)
    .all();
  let lines = "";
  for (const [i, { id }] of ids.entries()) {
    // One at a time: a page of the largest rows is no more than an isolate bears.
    const [row] = db
      .select()
      .from(table)
      .where(sql`rowid = ${id}`)
      .all();
    const line = row && (await lineOf(deps, table, row));
    if (line !== undefined) lines += `${line}\n`;
    const isLast = i === ids.length - 1;
    if (lines.length > MAX_PAGE_LENGTH || isLast) return { lines, next: isLast && i + 1 < MAX_PAGE_ROWS ? null : id };
  }
  return { lines, next: null };
}

async function lineOf(
  { bodies, redact }: ExportDeps,
  table: SQLiteTable,
  row: Record<string, unknown>,
): Promise<string | undefined> {
  if (table === schema.fact && SECRET_FACTS.has(row["name"])) return undefined;
  const shown = new Map<string, Json>();
  for (const [key, column] of Object.entries(getTableColumns(table))) {
    const value = key === "body" ? await bodyOf(bodies, row) : (row[key] as Json);
    if (key !== "blobKey") shown.set(column.name, typeof value === "string" ? redact(value) : value);
  }
  if (table === schema.webhook) shown.set("body", withoutHeaders(shown.get("body") ?? null));
  return JSON.stringify(Object.fromEntries(shown));
}

/** Null for one that was lost. */
async function bodyOf(bodies: Bodies, { body, blobKey }: Record<string, unknown>): Promise<string | null> {
  if (typeof body === "string") return body;
  if (typeof blobKey !== "string") return null;
  try {
    return await bodies.get({ body: null, blobKey });
  } catch (error) {
    if (error instanceof MissingBodyError) return null;
    throw error;
  }
}

/** A composed request without its headers, which are where secrets belong. */
function withoutHeaders(body: Json): Json {
  if (typeof body !== "string") return body;
  const { headers: _, ...rest } = JSON.parse(body) as Record<string, Json>;
  return JSON.stringify(rest);
}
