import type { Capabilities } from "../../../wit/generated/contract.ts";
import { INTL_OPTIONS } from "../../../wit/intl-options.ts";
import { GuestString, GuestTypeError, defineProperty, isArray, parse, reflect } from "../primordials.ts";

type Kind = keyof typeof INTL_OPTIONS;
type Options = Readonly<Record<string, unknown>>;
interface Part {
  type: string;
  value: string;
}

const { now } = Date;
const DATE = ["weekday", "year", "month", "day"];
const TIME = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
const STYLES = ["dateStyle", "timeStyle"];

let host: Capabilities["intl"];

/** @param intl what all formatting of this sandbox stands on */
export function connectIntl(intl: Capabilities["intl"]): void {
  host = intl;
}

/** What both formatters are: locales and options, of which the host knows what to make. */
class Formatter {
  readonly #kind: Kind;
  readonly #locales: string[];
  readonly #options: [string, string][];
  readonly #resolved: string;

  constructor(kind: Kind, locales: unknown, options: unknown) {
    this.#kind = kind;
    this.#locales = toLocales(locales);
    this.#options = toOptions(kind, options);
    this.#resolved = host.resolve(kind, this.#locales, this.#options);
  }

  /** Bound to its formatter, so that it can be handed to `map`. */
  get format(): (value?: unknown) => string {
    return (value) => textOf(this.formatToParts(value));
  }

  formatToParts(value?: unknown): Part[] {
    return partsOf(this.#kind, this.#locales, this.#options, value);
  }

  resolvedOptions(): Options {
    return parse(this.#resolved) as Options;
  }

  get [Symbol.toStringTag](): string {
    return this.#kind === "date" ? "Intl.DateTimeFormat" : "Intl.NumberFormat";
  }
}

class DateTimeFormatter extends Formatter {
  constructor(locales: unknown, options: unknown) {
    super("date", locales, options);
  }
}

class NumberFormatter extends Formatter {
  constructor(locales: unknown, options: unknown) {
    super("number", locales, options);
  }
}

/** The parts of `Intl` that plugins use. */
export const Intl = {
  DateTimeFormat: callable("DateTimeFormat", DateTimeFormatter),
  NumberFormat: callable("NumberFormat", NumberFormatter),
};
defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });

/** The methods that stand on the same. `this` is checked by the builtin that is asked for its value. */
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

function partsOf(kind: Kind, locales: string[], options: [string, string][], value: unknown): Part[] {
  const text = kind === "date" ? `${value === undefined ? now() : Number(value)}` : decimal(value);
  return host.format(kind, locales, options, text).map(([type, part]) => ({ type, value: part }));
}

function decimal(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  const number = Number(value);
  return Object.is(number, -0) ? "-0" : `${number}`;
}

const textOf = (parts: readonly Part[]): string => parts.map(({ value }) => value).join("");

function toLocales(locales: unknown): string[] {
  if (locales === undefined) return [];
  return (isArray(locales) ? (locales as unknown[]) : [locales]).map((locale) => {
    if (typeof locale !== "string") throw new GuestTypeError("Incorrect locale information provided");
    return locale;
  });
}

function toOptions(kind: Kind, options: unknown): [string, string][] {
  const given = (options ?? {}) as Options;
  return INTL_OPTIONS[kind].flatMap((name): [string, string][] => {
    const value = given[name];
    if (value === undefined) return [];
    return [[name, GuestString(name === "hour12" ? Boolean(value) : value)]];
  });
}

/** Formatters can be made without `new`. */
function callable(name: string, Class: new (locales: unknown, options: unknown) => Formatter): unknown {
  function make(locales?: unknown, options?: unknown): unknown {
    return reflect.construct(Class, [locales, options], new.target ?? Class);
  }
  make.prototype = Class.prototype;
  defineProperty(make, "name", { value: name, configurable: true });
  defineProperty(Class.prototype, "constructor", { value: make, writable: true, configurable: true });
  return make;
}
