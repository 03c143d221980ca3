import { rowsOf } from "../../bench/report/row.ts";
import type { Row } from "../../bench/report/row.ts";

/** Rows of one group, as rounds with these times make them. */
export const rows = (group: string, samples: Readonly<Record<string, readonly number[]>>): Row[] =>
  rowsOf(group, new Map(Object.entries(samples)));
