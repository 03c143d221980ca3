import type { Row, Unit } from "./row.ts";

/** Three digits: the machine's noise leaves no more. */
export function formatRounded(value: number): string {
  const magnitude = Math.floor(Math.log10(Math.max(Math.abs(value), 0.01)));
  return value.toFixed(Math.min(2, Math.max(0, 2 - magnitude)));
}

export function formatNumber(value: number, unit: Unit): string {
  if (unit === "count") return String(value);
  return unit === "us" && value >= 1000 ? `${formatRounded(value / 1000)} ms` : `${formatRounded(value)} ${unit}`;
}

/** From the 10th percentile to the 90th; nothing for what is the same every time. */
export function formatSpread({ spread: { p10, p90 }, unit }: Row): string {
  return p10 === p90 ? "" : `${formatNumber(p10, unit)} - ${formatNumber(p90, unit)}`;
}
