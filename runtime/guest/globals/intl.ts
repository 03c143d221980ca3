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

/** Asks the host. @param value a date in milliseconds since the epoch, now by default, or a number of any kind */
export function partsOf(kind: Kind, locales: string[], options: [string, string][], value: unknown): Part[] {
  const text = kind === "date" ? `${value === undefined ? now() : Number(value)}` : decimal(value);
  return host.format(kind, locales, options, text).map(([type, part]) => ({ type, value: part }));
}

function decimal(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  const number = Number(value);
  return Object.is(number, -0) ? "-0" : `${number}`;
}

export const textOf = (parts: readonly Part[]): string => parts.map(({ value }) => value).join("");

/** @throws {TypeError} for what is neither a text nor a list of texts */
export function toLocales(locales: unknown): string[] {
  if (locales === undefined) return [];
  return (isArray(locales) ? (locales as unknown[]) : [locales]).map((locale) => {
    if (typeof locale !== "string") throw new GuestTypeError("Incorrect locale information provided");
    return locale;
  });
}

/** What an object says of the options that there are, as text. */
export function toOptions(kind: Kind, options: unknown): [string, string][] {
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
