import type { Json, JsonObject } from "../event.ts";

/** A copy of a value in which every text is another one, the names of properties too. */
export function mapTexts<Value extends Json>(value: Value, change: (text: string) => string): Value;
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).map(([key, item]) => [change(key), mapTexts(item, change)]);
  return Object.fromEntries(entries) as JsonObject;
}
