import { GuestTypeError, reflect } from "../primordials.ts";
import { partsOf, textOf, toLocales, toOptions } from "./intl.ts";

const DATE = ["weekday", "year", "month", "day"];
const TIME = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
const STYLES = ["dateStyle", "timeStyle"];

/** The `toLocaleString` methods of dates and numbers. `this` is checked by the builtin that is asked for its value. */
export const localeMethods = {
  date: {
    toLocaleString(this: Date, locales?: unknown, options?: unknown): string {
      return formatDate(this, locales, options, [...DATE, ...TIME], "dt");
    },
    toLocaleDateString(this: Date, locales?: unknown, options?: unknown): string {
      return formatDate(this, locales, options, DATE, "d");
    },
    toLocaleTimeString(this: Date, locales?: unknown, options?: unknown): string {
      return formatDate(this, locales, options, TIME, "t");
    },
  },
  number: {
    toLocaleString(this: number, locales?: unknown, options?: unknown): string {
      const value = reflect.apply(numberValue, this, []) as number;
      return textOf(partsOf("number", toLocales(locales), toOptions("number", options), value));
    },
  },
};

const numberValue = Number.prototype.valueOf;
const { getTime } = Date.prototype;

/**
 * @param wanted the options of which one must be there; otherwise the defaults are added
 * @param defaults `d` for a date, `t` for a time
 */
function formatDate(date: Date, locales: unknown, options: unknown, wanted: string[], defaults: string): string {
  const time = reflect.apply(getTime, date, []) as number;
  if (Number.isNaN(time)) return "Invalid Date";
  const given = toOptions("date", options);
  const has = (names: string[]): boolean => given.some(([name]) => names.includes(name));
  if (defaults === "d" && has(["timeStyle"])) throw new GuestTypeError("toLocaleDateString takes no timeStyle");
  if (defaults === "t" && has(["dateStyle"])) throw new GuestTypeError("toLocaleTimeString takes no dateStyle");
  if (!has([...wanted, ...STYLES])) {
    if (defaults.includes("d")) given.push(["year", "numeric"], ["month", "numeric"], ["day", "numeric"]);
    if (defaults.includes("t")) given.push(["hour", "numeric"], ["minute", "numeric"], ["second", "numeric"]);
  }
  return textOf(partsOf("date", toLocales(locales), given, time));
}
