import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestString, defineProperty, emptyTable, isArray, stringify } from "../primordials.ts";

type Level = Parameters<Capabilities["log"]["write"]>[0];
type Method = (...args: unknown[]) => void;

/** PostHog's five methods, and those of other consoles that write. */
const LEVEL_OF: Record<string, Level> = {
  debug: "debug",
  log: "log",
  info: "info",
  warn: "warn",
  error: "error",
  dir: "log",
  dirxml: "log",
  table: "log",
  group: "log",
  groupCollapsed: "log",
  trace: "debug",
};

/** What other consoles have besides, with nothing to write: groups are not shown, and the clock stands still during a call. */
const SILENT = ["groupEnd", "time", "timeLog", "timeEnd", "clear"];

/** `console`: PostHog's formatting. What only other consoles have is there too, so that nothing fails for the sake of a log line. */
export function makeConsole(log: Capabilities["log"]): Record<string, Method> {
  const counts = emptyTable<number>();
  const writer =
    (level: Level): Method =>
    (...args) =>
      log.write(level, args.map(format).join(" "));
  const made: Record<string, Method> = {};
  for (const [name, level] of Object.entries(LEVEL_OF)) made[name] = writer(level);
  for (const name of SILENT) made[name] = () => undefined;
  made["assert"] = (condition, ...args) => {
    if (!condition) log.write("error", ["Assertion failed", ...args.map(format)].join(" "));
  };
  made["count"] = (label = "default") => {
    const name = GuestString(label);
    log.write("log", `${name}: ${(counts[name] = (counts[name] ?? 0) + 1)}`);
  };
  made["countReset"] = (label = "default") => {
    delete counts[GuestString(label)];
  };
  return made;
}

function format(value: unknown): string {
  try {
    const text = textOf(value);
    return text === undefined || isArray(value) || text === "[object Object]" ? (jsonOf(value) ?? text ?? "") : text;
  } catch (error) {
    return `[unprintable: ${error instanceof Error ? error.message : typeof value}]`;
  }
}

/** Undefined for an object that has no text of its own, such as one without a prototype. */
function textOf(value: unknown): string | undefined {
  try {
    return GuestString(value);
  } catch {
    return undefined;
  }
}

/** PostHog lost the message of an object that JSON does not take. Here what it does not take has a text in its place. */
function jsonOf(value: unknown): string | undefined {
  try {
    return stringify(value);
  } catch {
    return stringify(value, replacer());
  }
}

/** Writes a large integer as `5n`, and an object that is a part of itself as `[Circular]`. */
function replacer(): (this: unknown, key: string, value: unknown) => unknown {
  /** The objects that the one in hand is a part of, outermost first. */
  const around: unknown[] = [];
  let depth = 0;
  return function (_, value) {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null) return value;
    while (depth > 0 && around[depth - 1] !== this) depth--;
    for (let i = 0; i < depth; i++) if (around[i] === value) return "[Circular]";
    append(around, depth++, value);
    return value;
  };
}

function append(list: unknown[], at: number, value: unknown): void {
  defineProperty(list, at, { __proto__: null, value, writable: true, configurable: true } as PropertyDescriptor);
}
