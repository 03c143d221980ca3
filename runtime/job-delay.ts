import { HostError } from "./host-error.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** PostHog's units. Its month was 30 weeks by mistake; here it is 30 days. */
const UNITS: Record<string, number> = {
  milliseconds: 1,
  seconds: SECOND,
  minutes: 60 * SECOND,
  hours: 3600 * SECOND,
  days: DAY,
  weeks: 7 * DAY,
  months: 30 * DAY,
  quarters: 91 * DAY,
  years: 365 * DAY,
};

/** Milliseconds of a job's delay, such as `runIn(3, "minutes")`; units may be singular. */
export function jobDelay(amount: number, unit: string): number {
  const plural = unit.endsWith("s") ? unit : `${unit}s`;
  const milliseconds = Object.hasOwn(UNITS, plural) ? UNITS[plural] : undefined;
  if (milliseconds === undefined) throw new HostError("Error", `Unknown time unit: ${plural}`);
  return amount * milliseconds;
}
