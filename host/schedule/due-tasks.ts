import type { HandlerName } from "../../wit/generated/contract.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The scheduled tasks that are due at a beat of the minute, in UTC. */
export function dueTasks(scheduledTime: number): HandlerName[] {
  const beat = Math.floor(scheduledTime / MINUTE) * MINUTE;
  return [
    "runEveryMinute",
    ...(beat % HOUR === 0 ? (["runEveryHour"] as const) : []),
    ...(beat % DAY === 0 ? (["runEveryDay"] as const) : []),
  ];
}
