import type { Json } from "./event.ts";

const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const EPOCH_DIGITS = /^\d{1,15}$/;

/** The first instant that has a four-digit year: what lies before cannot be written as a plain ISO 8601 date. */
const EARLIEST_MS = Date.parse("0001-01-01T00:00:00Z");
const LATEST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Reads a time as clients and plugins write it: ISO 8601 (UTC where no zone is given), or an epoch number, where
 * more than 11 digits are milliseconds and fewer are seconds.
 *
 * @returns Milliseconds since the epoch, or null for anything else, dates that do not exist included.
 */
export function parseTime(value: Json | undefined): number | null {
  if (typeof value === "number") return withinYears(parseEpoch(value));
  if (typeof value !== "string") return null;
  if (EPOCH_DIGITS.test(value)) return withinYears(parseEpoch(Number(value)));
  return withinYears(parseIso(value));
}

function parseEpoch(value: number): number {
  return Math.trunc(Math.abs(value) < 1e11 ? value * 1000 : value);
}

function parseIso(text: string): number {
  const [, year = "", month = "", day = "", minutes = "00:00", seconds = "00", fraction = "0", zone = "Z"] =
    ISO_8601.exec(text) ?? [];
  // V8 lets 30 February roll over into March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return Number.NaN;
  return Date.parse(`${year}-${month}-${day}T${minutes}:${seconds}.${fraction}${normaliseZone(zone)}`);
}

function normaliseZone(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function withinYears(ms: number): number | null {
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null;
}
