import { UsageError } from "../errors.ts";

/** A number that was typed. @param what what it stands for, such as `--limit`. @throws {UsageError} for anything else */
export function wholeNumber(text: unknown, what: string): number {
  if (typeof text !== "string" || !/^\d{1,15}$/.test(text))
    throw new UsageError(`${what} must be a whole number, and not ${typeof text === "string" ? text : "nothing"}`);
  return Number(text);
}
