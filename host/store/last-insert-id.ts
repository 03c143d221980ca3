import { sql } from "drizzle-orm";

/** The id of the row that the statement before in a batch inserted. */
export const lastInsertId = sql<number>`last_insert_rowid()`;
