import type { EngineClock } from "../../runtime/engine/imports.ts";
import { UsageError } from "../errors.ts";

/** The clock of a run, for the guest and for everything that expires: frozen at a moment, or the machine's own. */
export class Clock implements EngineClock {
  readonly isFrozen: boolean;
  readonly #base: () => number;
  readonly #zone: Intl.DateTimeFormat | undefined;
  #moved = 0;

  /**
   * @param now where the clock stands, in milliseconds since the epoch; undefined for a clock that runs
   * @param zone IANA name of the time zone
   */
  constructor(now: number | undefined, zone = "UTC") {
    this.isFrozen = now !== undefined;
    this.#base = now === undefined ? Date.now : () => now;
    this.#zone = zone === "UTC" ? undefined : formatIn(zone);
  }

  now(): number {
    return this.#base() + this.#moved;
  }

  /** Moves the clock on by this many milliseconds. */
  advance(milliseconds: number): void {
    this.#moved += milliseconds;
  }

  utcOffset(at: number): number {
    if (!this.#zone || Number.isNaN(at)) return 0;
    const moment = Math.floor(Math.min(Math.max(at, FIRST), LAST) / 1000) * 1000;
    const part = Object.fromEntries(this.#zone.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return (Date.UTC(year, month - 1, day, hour, minute, second) - moment) / 1000;
  }
}

/** The years 100 to 9999: outside of them a calendar's year has another form, and zones are of no use. */
const FIRST = Date.UTC(100, 0, 2);
const LAST = Date.UTC(9999, 11, 30);

function formatIn(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new UsageError(`env.tz: "${timeZone}" is not a time zone; write one like "Europe/Stockholm"`);
  }
}
