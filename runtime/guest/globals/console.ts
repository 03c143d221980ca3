import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestString, isArray, stringify } from "../primordials.ts";

const LEVELS = ["debug", "log", "info", "warn", "error"] as const;

/** `console`: exactly PostHog's five methods and its formatting. */
export function makeConsole(log: Capabilities["log"]): Record<(typeof LEVELS)[number], (...args: unknown[]) => void> {
  const methods = LEVELS.map(
    (level) => [level, (...args: unknown[]) => log.write(level, args.map(format).join(" "))] as const,
  );
  return Object.fromEntries(methods) as ReturnType<typeof makeConsole>;
}

function format(value: unknown): string {
  try {
    const text = GuestString(value);
    return isArray(value) || text === "[object Object]" ? (stringify(value) ?? text) : text;
  } catch (error) {
    // PostHog lost the message of a circular or null-prototype object; a placeholder with the reason serves better.
    return `[unprintable: ${error instanceof Error ? error.message : typeof value}]`;
  }
}
