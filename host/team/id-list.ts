import { type SQL, sql } from "drizzle-orm";

/** Ids for `in` and `not in`, as one parameter: a statement takes few, and a team may have many. */
export const idList = (ids: readonly number[]): SQL => sql`(select value from json_each(${JSON.stringify(ids)}))`;
