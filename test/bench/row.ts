import { exactly } from "../../bench/report/row.ts";
import type { Row } from "../../bench/report/row.ts";

/** A row whose number was the same every time. */
export const row = (group: string, subject: string, value: number, unit: Row["unit"] = "us"): Row => ({
  group,
  subject,
  unit,
  spread: exactly(value),
});
